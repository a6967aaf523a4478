-- How many services of level 4 had no dossier online in 90 days, by field?
select field, count(*) as count
from svc
anti join (
  from dossiers
  where channel like 'online%'
    and submitted >= date '2025-12-31' - 90 and submitted < date '2025-12-31'
) using (service)
where level = 4
group by all
order by field;

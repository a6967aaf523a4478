-- How many dossiers had services before and after they came to the portal in 2024?
select
  service,
  count(*) filter (submitted < integrated) as before,
  count(*) filter (submitted >= integrated) as after
from dossiers
join svc using (service)
where year(integrated) = 2024
group by all
order by after desc, service
limit 10;

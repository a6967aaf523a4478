-- How many dossiers are overdue now, by how long?
select
  case when late < 7 then '0 to below 7' when late < 30 then '7 to below 30'
    when late < 90 then '30 to below 90' else '90 and above' end as band,
  count(*) as count
from (
  select date '2025-12-31' - submitted - sla_days as late
  from dossiers
  join svc using (service)
  where days is null and status <> 'withdrawn' and late > 0
)
group by all
order by min(late);

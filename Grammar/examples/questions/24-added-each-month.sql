-- How many services came to the portal each month, and how many are there?
with added as (
  select date_trunc('month', integrated) as month, count(*) as n
  from svc
  where integrated is not null
  group by all
)
select month, coalesce(n, 0) as count, sum(n) over (order by month) as total
from (
  select unnest(generate_series(min(month), max(month), interval 1 month)) as month
  from added
)
left join added using (month)
order by month;

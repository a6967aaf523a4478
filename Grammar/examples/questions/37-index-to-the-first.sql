-- How many dossiers came in each quarter, where the first is 100?
select
  date_trunc('quarter', submitted) as quarter,
  count(*) as count,
  first_value(count) over (order by quarter) as first,
  count - first as change,
  change / first as change_percent
from dossiers
group by all
order by quarter;

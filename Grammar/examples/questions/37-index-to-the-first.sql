-- How many dossiers came in each quarter, where the first is 100?
select
  date_trunc('quarter', submitted) as quarter,
  count(*) as count,
  first_value(count) over (order by quarter) as first,
  count * 100 / first as index
from dossiers
group by quarter
order by quarter;

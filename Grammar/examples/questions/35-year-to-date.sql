-- How many dossiers came in since January, month by month, beside the year before?
with months as (
  select
    date_trunc('month', submitted) as month,
    count(*) as count,
    lag(count, 12) over (order by month) as previous,
    count - previous as change,
    change / previous as change_percent
  from dossiers
  where submitted >= date '2024-01-01'
  group by month
)
select
  *,
  sum(count) over (order by month) as to_date,
  sum(previous) over (order by month) as year_before
from months
where year(month) = 2025
order by month;

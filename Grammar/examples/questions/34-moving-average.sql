-- How many dossiers came in each day of December, and on average over seven days?
with daily as (
  select submitted, count(*) as n
  from dossiers
  where submitted >= date '2025-12-01' and submitted < date '2026-01-01'
  group by all
)
select
  day as submitted,
  coalesce(n, 0) as count,
  avg(count) over (order by day rows 6 preceding) as week
from (
  select unnest(generate_series(date '2025-12-01', date '2025-12-31', interval 1 day))::date as day
)
left join daily on day = daily.submitted
order by day;

-- If it goes on like this, what share of dossiers will come online in December 2026?
with months as (
  select
    datediff('month', date '2023-07-01', submitted) as month,
    count(*) filter (channel like 'online%') / count(*) as share
  from dossiers
  group by all
)
select regr_intercept(share, month) + regr_slope(share, month) * 41 as expected
from months;

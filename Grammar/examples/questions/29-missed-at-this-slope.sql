-- If it goes on like this, will half of the dossiers come online in December 2026?
with months as (
  select
    datediff('month', date '2023-07-01', submitted) as month,
    count(*) filter (channel like 'online%') / count(*) as share
  from dossiers
  group by all
)
select
  regr_intercept(share, month) + regr_slope(share, month) * 41 as share,
  0.5 as target,
  share - target as gap,
  share >= target as met
from months;

-- By how many points does the Ministry of Finance exceed its 30 %?
select
  count(*) filter (integrated_npsp) / count(*) as share,
  0.3 as target,
  (share - target) * 100 as gap_pp,
  share >= target as met
from services
where inventory = 'BTC-2020' and level >= 3;

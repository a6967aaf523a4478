-- How long do answers take, by service: median and 90th percentile?
select
  service,
  count(*) as count,
  median(days) as median_days,
  quantile_cont(days, 0.9) as p90
from dossiers
group by all
having count >= 800
order by service;

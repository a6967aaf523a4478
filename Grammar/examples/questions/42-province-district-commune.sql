-- How many dossiers had a province, its districts and their communes before the reform?
select
  case grouping(p) when 1 then 'total' else p end as former_province,
  case grouping(p, d) when 1 then 'total' else d end as district,
  case grouping(d, l) when 1 then 'total' else l end as locality,
  count(*) as count
from (
  select former_province as p, district as d, locality as l
  from dossiers
  join localities using (locality)
  where p = 'C63'
)
group by rollup (p, d, l)
order by grouping(p), p, grouping(d), d, grouping(l), l;

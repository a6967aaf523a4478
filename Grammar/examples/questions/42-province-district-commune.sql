-- How many dossiers had a province, its districts and their communes before the reform?
select former_province, district, locality, count(*) as count
from dossiers
join localities using (locality)
where former_province = 'C63'
group by rollup (former_province, district, locality)
order by former_province nulls last, district nulls last, locality nulls last;

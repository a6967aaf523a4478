-- Which two provinces of each region have the lowest online share?
select region, province, count(*) filter (channel like 'online%') / count(*) as share
from dossiers
join localities using (locality)
join provinces using (province)
group by region, province
qualify row_number() over (partition by region order by share, province) <= 2
order by region, share, province;

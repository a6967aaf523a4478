-- How many dossiers are there to a thousand residents, by province?
select province, count(*) * 1000 / max(residents) as rate
from dossiers
join localities using (locality)
join provinces using (province)
group by all
order by province;

-- Which three services have most dossiers in each province?
select province, service, count(*) as count
from dossiers
join localities using (locality)
group by province, service
qualify row_number() over (partition by province order by count desc, service) <= 3
order by province, count desc, service;

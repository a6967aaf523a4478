-- Which services that could be on the portal are missing there, the busiest first?
select service, count(*) as count
from dossiers
join svc using (service)
where level >= 3 and integrated is null
group by all
order by count desc, service
limit 20;

-- How many services are at level 3 or higher, by agency?
select agency, count(*) as count
from services
where level >= 3
group by all
order by agency;

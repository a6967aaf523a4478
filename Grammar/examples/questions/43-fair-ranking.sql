-- Which agencies with a hundred services or more have the highest share at level 3 and 4?
select agency, count(*) as count, count(*) filter (level >= 3) / count as share
from services
group by all
having count >= 100
order by share desc, agency;

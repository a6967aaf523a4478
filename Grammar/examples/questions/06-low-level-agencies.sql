-- Which agencies still have more than 20 % of their services at levels 1 and 2?
select agency, count(*) filter (level between 1 and 2) / count(*) as share
from services
group by all
having share > 0.2
order by agency;

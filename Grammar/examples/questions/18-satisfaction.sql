-- How satisfied are people, and how many say so, by agency?
select agency, avg(satisfaction) as average_satisfaction, count(satisfaction) / count(*) as response
from dossiers
group by all
order by agency;

-- Which services of one name are offered at all four levels?
select name, count(distinct level) as levels
from svc
group by all
having levels = 4
order by name;

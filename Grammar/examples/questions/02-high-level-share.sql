-- What share of each agency's services is at level 3 or higher?
select agency, count(*) filter (level >= 3) / count(*) as share
from services
group by all
order by agency;

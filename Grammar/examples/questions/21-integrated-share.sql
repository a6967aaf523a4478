-- What share of services at level 3 and 4 is on the national portal, by agency?
select agency, count(integrated) / count(*) as share
from svc
where level >= 3
group by all
order by agency;

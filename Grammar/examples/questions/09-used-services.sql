-- What share of services has more than twelve dossiers a year, by level?
select level, count(*) filter (dossiers_gt12) / count(*) as share
from services
where inventory = 'BTTTT-2020'
group by all
order by level;

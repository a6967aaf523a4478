-- Which provinces with many dossiers have a low online share?
select province, count(*) as count, count(*) filter (channel like 'online%') / count as share
from dossiers
join localities using (locality)
group by all
having count > 3000 and share < 0.25
order by share, province;

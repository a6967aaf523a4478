-- What share of dossiers came online this month, by province?
select province, count(*) filter (channel like 'online%') / count(*) as share
from dossiers
join localities using (locality)
where submitted >= date '2025-12-01' and submitted < date '2026-01-01'
group by all
order by share desc, province;

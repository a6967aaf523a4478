-- Which ten services have most dossiers, and what share do they have together?
select
  service,
  count(*) as count,
  count / sum(count) over () as share,
  sum(count) over (order by count desc, service) / sum(count) over () as together
from dossiers
group by service
order by count desc, service
limit 10;

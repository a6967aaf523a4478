-- What share of dossiers came through the national portal, by quarter?
select
  date_trunc('quarter', submitted) as quarter,
  count(*) filter (channel = 'online_npsp') / count(*) as share
from dossiers
group by all
order by quarter;

-- In which quartile is each province, and how far from the median?
select
  province,
  count(*) filter (channel like 'online%') / count(*) as share,
  ntile(4) over (order by share, province) as quartile,
  share - median(share) over () as distance
from dossiers
join localities using (locality)
group by province
order by province;

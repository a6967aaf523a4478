-- Which provinces miss their goal for 2025, and by how many points?
select
  province,
  count(*) filter (channel like 'online%') / count(*) as share,
  any_value(online_share) as target,
  (share - target) * 100 as gap_pp,
  share >= target as met
from dossiers
join localities using (locality)
join goals using (province)
where year(submitted) = 2025 and due = date '2025-12-31'
group by all
having not met
order by province;

-- How do the new communes compare with those that they were made of?
with before as (
  select s.locality, count(*) as before
  from dossiers d
  join successors s on d.locality = s.former
  where submitted >= date '2024-07-01' and submitted < date '2025-01-01'
  group by all
),
after as (
  select locality, count(*) as after
  from dossiers
  where submitted >= date '2025-07-01'
  group by all
  order by after desc, locality
  limit 10
)
select locality, after, before, after / before - 1 as growth
from after
left join before using (locality)
order by after desc, locality;

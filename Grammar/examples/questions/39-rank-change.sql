-- Which rank has each province in December, and by how many places did it move?
with places as (
  select
    province,
    month,
    rank() over (partition by month order by progress desc) as place
  from scores
  where month >= date '2025-11-01'
)
select *, lag(place) over (partition by province order by month) - place as moved
from places
qualify month = date '2025-12-01'
order by place, province;

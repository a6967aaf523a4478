-- Which services are full, partial or no online services in the terms of 2022?
pivot (
  select
    agency,
    case level when 4 then 'full' when 3 then 'partial' else 'none' end as provision
  from services
  where level is not null
)
on provision
using count(*)
group by agency
order by agency;

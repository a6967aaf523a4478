-- How many services have no level and no field, by inventory?
select
  inventory,
  count(*) filter (level is null) as no_level,
  count(*) filter (field is null) as no_field
from services
group by all
order by inventory;

-- At which levels are the services of the finance department, by field?
pivot (
  select field, coalesce(level::text, 'missing') as level
  from services
  where agency = 'Sở Tài chính'
)
on level
using count(*)
group by field
order by field;

-- How many services are one level short of full service, by field and tier?
pivot (from svc where level = 3)
on tier
using count(*)
group by field
order by field;

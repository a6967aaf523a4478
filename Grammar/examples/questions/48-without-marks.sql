-- Which services have to do with "ho tich", however it is typed?
select distinct name
from svc
where strip_accents(lower(name)) like '%ho tich%'
order by name;

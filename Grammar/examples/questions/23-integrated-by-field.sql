-- How many services on the portal has each field, also those without a named one?
select field, count(*) as count
from portal_services
group by all
order by field nulls last;

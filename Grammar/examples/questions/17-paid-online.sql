-- Where there is a fee, what share is paid online, by channel?
select channel, count(*) filter (paid_online) / count(*) as share
from dossiers
where paid_online is not null
group by all
order by channel;

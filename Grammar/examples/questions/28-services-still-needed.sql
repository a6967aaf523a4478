-- How many more services does Hanoi need for 55 %?
select ceil(count(*) * 0.55) - count(*) filter (online) as needed
from services
where inventory = 'HN-2018';

-- Are the published percentages rounded or truncated?
select check_id, stated, round(computed, 1) as rounded, trunc(computed, 1) as truncated
from checks
where kind = 'percent' and digits = 1;

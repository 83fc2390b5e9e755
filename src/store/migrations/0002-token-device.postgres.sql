-- Where a token was given out, so that a person knows the own devices (SECURITY 38). Older ones do not know.
alter table token add column address text not null default '';
alter table token add column user_agent text not null default '';

-- Run by the cluster's superuser with psql; may be repeated. Also the recipe for a server of your own.
-- parvis_owner makes and migrates the tables; parvis_web reads and writes rows and owns nothing, so that
-- row-level security binds it.
select 'create role parvis_owner login createdb'
 where not exists (select from pg_roles where rolname = 'parvis_owner') \gexec
select 'create role parvis_web login'
 where not exists (select from pg_roles where rolname = 'parvis_web') \gexec
select 'create database parvis owner parvis_owner'
 where not exists (select from pg_database where datname = 'parvis') \gexec

-- In template1 too: the databases that the tests make are copies of it.
\connect template1
alter default privileges for role parvis_owner grant select, insert, update, delete on tables to parvis_web;
alter default privileges for role parvis_owner grant usage on sequences to parvis_web;
alter default privileges for role parvis_owner grant execute on functions to parvis_web;

\connect parvis
alter default privileges for role parvis_owner grant select, insert, update, delete on tables to parvis_web;
alter default privileges for role parvis_owner grant usage on sequences to parvis_web;
alter default privileges for role parvis_owner grant execute on functions to parvis_web;

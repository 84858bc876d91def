-- What stands around a dataset's rows in its file, as JSON, so that they can be written again in the same form.
ALTER TABLE dataset ADD COLUMN envelope VARCHAR DEFAULT '{}';

-- Between which values an indicator lies with 95 % confidence; null where that was not computed, as before this.

ALTER TABLE indicator ADD COLUMN low DOUBLE;
ALTER TABLE indicator ADD COLUMN high DOUBLE;

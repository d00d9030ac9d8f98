-- As of migration 0018; written by `make docs`.

CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)

CREATE TABLE emulator_state (
	name VARCHAR NOT NULL,
	value JSON NOT NULL,
	CONSTRAINT pk_emulator_state PRIMARY KEY (name)
)

CREATE TABLE messages (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	id VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	region VARCHAR NOT NULL,
	pool_id VARCHAR NOT NULL,
	client_id VARCHAR,
	username VARCHAR NOT NULL,
	medium VARCHAR NOT NULL,
	kind VARCHAR NOT NULL,
	recipient VARCHAR NOT NULL,
	code VARCHAR,
	content JSON NOT NULL,
	created_at DOUBLE NOT NULL,
	state VARCHAR NOT NULL,
	attempts INTEGER NOT NULL,
	not_before DOUBLE,
	leased_until DOUBLE,
	last_error VARCHAR,
	sent_at DOUBLE,
	CONSTRAINT uq_messages_id UNIQUE (id)
)

CREATE INDEX ix_messages_created_at ON messages (created_at)

CREATE INDEX ix_messages_pool_id_number ON messages (pool_id, number)

CREATE INDEX ix_messages_recipient_number ON messages (recipient, number)

CREATE INDEX ix_messages_medium_state_not_before ON messages (medium, state, not_before)

CREATE TABLE user_pools (
	id VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	region VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	created_at DOUBLE NOT NULL,
	modified_at DOUBLE NOT NULL,
	settings JSON NOT NULL,
	secret BLOB NOT NULL,
	session_configuration JSON,
	CONSTRAINT pk_user_pools PRIMARY KEY (id)
)

CREATE INDEX ix_user_pools_account_region_created_at_id ON user_pools (account, region, created_at, id)

CREATE TABLE app_clients (
	id VARCHAR NOT NULL,
	pool_id VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	created_at DOUBLE NOT NULL,
	modified_at DOUBLE NOT NULL,
	settings JSON NOT NULL,
	sso_minutes INTEGER,
	CONSTRAINT pk_app_clients PRIMARY KEY (id),
	CONSTRAINT fk_app_clients_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
)

CREATE INDEX ix_app_clients_pool_id_created_at_id ON app_clients (pool_id, created_at, id)

CREATE TABLE groups (
	pool_id VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	description VARCHAR,
	role_arn VARCHAR,
	precedence INTEGER,
	created_at DOUBLE NOT NULL,
	modified_at DOUBLE NOT NULL,
	CONSTRAINT pk_groups PRIMARY KEY (pool_id, name),
	CONSTRAINT fk_groups_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
)

CREATE TABLE signing_keys (
	kid VARCHAR NOT NULL,
	pool_id VARCHAR,
	use VARCHAR,
	private_key BLOB NOT NULL,
	created_at DOUBLE NOT NULL,
	CONSTRAINT pk_signing_keys PRIMARY KEY (kid),
	CONSTRAINT fk_signing_keys_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
	CONSTRAINT uq_signing_keys_pool_id_use UNIQUE (pool_id, use)
)

CREATE TABLE users (
	id VARCHAR NOT NULL,
	pool_id VARCHAR NOT NULL,
	username VARCHAR NOT NULL,
	username_key VARCHAR NOT NULL,
	status VARCHAR NOT NULL,
	enabled BOOLEAN NOT NULL,
	created_at DOUBLE NOT NULL,
	modified_at DOUBLE NOT NULL,
	attributes JSON NOT NULL,
	pending_attributes JSON NOT NULL,
	verifier BLOB,
	password_history JSON NOT NULL,
	temporary_password_expires_at DOUBLE,
	failed_sign_ins INTEGER NOT NULL,
	last_failed_sign_in_at DOUBLE,
	mfa JSON NOT NULL,
	CONSTRAINT pk_users PRIMARY KEY (id),
	CONSTRAINT fk_users_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
	CONSTRAINT uq_users_pool_id_username_key UNIQUE (pool_id, username_key)
)

CREATE INDEX ix_users_pool_id_created_at_id ON users (pool_id, created_at, id)

CREATE INDEX ix_users_pool_id_enabled_created_at_id ON users (pool_id, enabled, created_at, id)

CREATE INDEX ix_users_pool_id_status_created_at_id ON users (pool_id, status, created_at, id)

CREATE TABLE auth_sessions (
	id BLOB NOT NULL,
	pool_id VARCHAR NOT NULL,
	client_id VARCHAR NOT NULL,
	user_id VARCHAR,
	state JSON NOT NULL,
	used BOOLEAN NOT NULL,
	expires_at DOUBLE NOT NULL,
	CONSTRAINT pk_auth_sessions PRIMARY KEY (id),
	CONSTRAINT fk_auth_sessions_client_id FOREIGN KEY(client_id) REFERENCES app_clients (id) ON DELETE CASCADE,
	CONSTRAINT fk_auth_sessions_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
	CONSTRAINT fk_auth_sessions_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
)

CREATE INDEX ix_auth_sessions_expires_at ON auth_sessions (expires_at)

CREATE INDEX ix_auth_sessions_user_id ON auth_sessions (user_id)

CREATE TABLE client_secrets (
	client_id VARCHAR NOT NULL,
	id VARCHAR NOT NULL,
	value VARCHAR NOT NULL,
	created_at DOUBLE NOT NULL,
	CONSTRAINT pk_client_secrets PRIMARY KEY (client_id, id),
	CONSTRAINT fk_client_secrets_client_id FOREIGN KEY(client_id) REFERENCES app_clients (id) ON DELETE CASCADE
)

CREATE TABLE codes (
	user_id VARCHAR NOT NULL,
	purpose VARCHAR NOT NULL,
	code_hash BLOB NOT NULL,
	attribute VARCHAR,
	created_at DOUBLE NOT NULL,
	expires_at DOUBLE NOT NULL,
	attempts INTEGER NOT NULL, requests INTEGER, requests_since DOUBLE,
	CONSTRAINT pk_codes PRIMARY KEY (user_id, purpose),
	CONSTRAINT fk_codes_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
)

CREATE TABLE group_members (
	pool_id VARCHAR NOT NULL,
	group_name VARCHAR NOT NULL,
	user_id VARCHAR NOT NULL,
	joined_at DOUBLE NOT NULL,
	CONSTRAINT pk_group_members PRIMARY KEY (pool_id, group_name, user_id),
	CONSTRAINT fk_group_members_pool_id_group_name FOREIGN KEY(pool_id, group_name) REFERENCES groups (pool_id, name) ON DELETE CASCADE,
	CONSTRAINT fk_group_members_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
)

CREATE INDEX ix_group_members_user_id ON group_members (user_id)

CREATE TABLE sign_ins (
	id VARCHAR NOT NULL,
	pool_id VARCHAR NOT NULL,
	client_id VARCHAR NOT NULL,
	user_id VARCHAR NOT NULL,
	origin_jti VARCHAR NOT NULL,
	scopes JSON NOT NULL,
	device_key VARCHAR,
	context JSON NOT NULL,
	auth_time DOUBLE NOT NULL,
	last_used_at DOUBLE NOT NULL,
	expires_at DOUBLE NOT NULL,
	revoked_at DOUBLE,
	session_id VARCHAR,
	CONSTRAINT pk_sign_ins PRIMARY KEY (id),
	CONSTRAINT fk_sign_ins_client_id FOREIGN KEY(client_id) REFERENCES app_clients (id) ON DELETE CASCADE,
	CONSTRAINT fk_sign_ins_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
	CONSTRAINT fk_sign_ins_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
)

CREATE INDEX ix_sign_ins_expires_at ON sign_ins (expires_at)

CREATE INDEX ix_sign_ins_user_id_revoked_at ON sign_ins (user_id, revoked_at)

CREATE TABLE user_aliases (
	pool_id VARCHAR NOT NULL,
	alias_key VARCHAR NOT NULL,
	user_id VARCHAR NOT NULL,
	attribute VARCHAR NOT NULL,
	CONSTRAINT pk_user_aliases PRIMARY KEY (pool_id, alias_key),
	CONSTRAINT fk_user_aliases_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
	CONSTRAINT fk_user_aliases_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
)

CREATE INDEX ix_user_aliases_user_id ON user_aliases (user_id)

CREATE TABLE user_attributes (
	user_id VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	pool_id VARCHAR NOT NULL,
	value VARCHAR NOT NULL,
	CONSTRAINT pk_user_attributes PRIMARY KEY (user_id, name),
	CONSTRAINT fk_user_attributes_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
	CONSTRAINT fk_user_attributes_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
)

CREATE INDEX ix_user_attributes_pool_id_name_value_user_id ON user_attributes (pool_id, name, value, user_id)

CREATE TABLE refresh_tokens (
	token_hash BLOB NOT NULL,
	sign_in_id VARCHAR NOT NULL,
	expires_at DOUBLE NOT NULL,
	replaced_at DOUBLE,
	CONSTRAINT pk_refresh_tokens PRIMARY KEY (token_hash),
	CONSTRAINT fk_refresh_tokens_sign_in_id FOREIGN KEY(sign_in_id) REFERENCES sign_ins (id) ON DELETE CASCADE
)

CREATE INDEX ix_refresh_tokens_sign_in_id ON refresh_tokens (sign_in_id)

CREATE TABLE software_tokens (
	user_id VARCHAR NOT NULL,
	secret VARCHAR,
	pending_secret VARCHAR,
	name VARCHAR,
	last_step BIGINT,
	CONSTRAINT pk_software_tokens PRIMARY KEY (user_id),
	CONSTRAINT fk_software_tokens_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
)

CREATE TABLE webauthn_credentials (
	pool_id VARCHAR NOT NULL,
	id VARCHAR NOT NULL,
	user_id VARCHAR NOT NULL,
	public_key BLOB NOT NULL,
	sign_count BIGINT NOT NULL,
	relying_party_id VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	attachment VARCHAR,
	transports JSON NOT NULL,
	multi_device BOOLEAN NOT NULL,
	created_at DOUBLE NOT NULL,
	CONSTRAINT pk_webauthn_credentials PRIMARY KEY (pool_id, id),
	CONSTRAINT fk_webauthn_credentials_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
	CONSTRAINT fk_webauthn_credentials_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
)

CREATE INDEX ix_webauthn_credentials_user_id_created_at_id ON webauthn_credentials (user_id, created_at, id)

CREATE TABLE webauthn_registrations (
	id BLOB NOT NULL,
	user_id VARCHAR NOT NULL,
	client_id VARCHAR NOT NULL,
	relying_party_id VARCHAR NOT NULL,
	expires_at DOUBLE NOT NULL,
	CONSTRAINT pk_webauthn_registrations PRIMARY KEY (id),
	CONSTRAINT fk_webauthn_registrations_client_id FOREIGN KEY(client_id) REFERENCES app_clients (id) ON DELETE CASCADE,
	CONSTRAINT fk_webauthn_registrations_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
)

CREATE INDEX ix_webauthn_registrations_user_id ON webauthn_registrations (user_id)

CREATE TABLE devices (
	user_id VARCHAR NOT NULL,
	"key" VARCHAR NOT NULL,
	name VARCHAR,
	verifier BLOB,
	remembered BOOLEAN NOT NULL,
	last_ip VARCHAR NOT NULL,
	created_at DOUBLE NOT NULL,
	modified_at DOUBLE NOT NULL,
	last_authenticated_at DOUBLE NOT NULL,
	CONSTRAINT pk_devices PRIMARY KEY (user_id, "key"),
	CONSTRAINT fk_devices_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
)

CREATE INDEX ix_devices_user_id_created_at_key ON devices (user_id, created_at, "key")

CREATE TABLE resource_servers (
	pool_id VARCHAR NOT NULL,
	identifier VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	scopes JSON NOT NULL,
	CONSTRAINT pk_resource_servers PRIMARY KEY (pool_id, identifier),
	CONSTRAINT fk_resource_servers_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
)

CREATE TABLE user_pool_domains (
	region VARCHAR NOT NULL,
	domain VARCHAR NOT NULL,
	pool_id VARCHAR NOT NULL,
	custom BOOLEAN NOT NULL,
	settings JSON NOT NULL,
	created_at DOUBLE NOT NULL,
	CONSTRAINT pk_user_pool_domains PRIMARY KEY (region, domain),
	CONSTRAINT fk_user_pool_domains_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
)

CREATE INDEX ix_user_pool_domains_domain ON user_pool_domains (domain)

CREATE INDEX ix_user_pool_domains_pool_id ON user_pool_domains (pool_id)

CREATE TABLE authorization_codes (
	id BLOB NOT NULL,
	pool_id VARCHAR NOT NULL,
	client_id VARCHAR NOT NULL,
	user_id VARCHAR NOT NULL,
	grant JSON NOT NULL,
	expires_at DOUBLE NOT NULL,
	sign_in_id VARCHAR,
	CONSTRAINT pk_authorization_codes PRIMARY KEY (id),
	CONSTRAINT fk_authorization_codes_client_id FOREIGN KEY(client_id) REFERENCES app_clients (id) ON DELETE CASCADE,
	CONSTRAINT fk_authorization_codes_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
	CONSTRAINT fk_authorization_codes_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
)

CREATE INDEX ix_authorization_codes_expires_at ON authorization_codes (expires_at)

CREATE INDEX ix_authorization_codes_user_id ON authorization_codes (user_id)

CREATE TABLE authorization_requests (
	id BLOB NOT NULL,
	pool_id VARCHAR NOT NULL,
	client_id VARCHAR NOT NULL,
	request JSON NOT NULL,
	flow JSON NOT NULL,
	expires_at DOUBLE NOT NULL,
	CONSTRAINT pk_authorization_requests PRIMARY KEY (id),
	CONSTRAINT fk_authorization_requests_client_id FOREIGN KEY(client_id) REFERENCES app_clients (id) ON DELETE CASCADE,
	CONSTRAINT fk_authorization_requests_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
)

CREATE INDEX ix_authorization_requests_expires_at ON authorization_requests (expires_at)

CREATE TABLE browser_sessions (
	id VARCHAR NOT NULL,
	cookie_hash BLOB NOT NULL,
	pool_id VARCHAR NOT NULL,
	user_id VARCHAR NOT NULL,
	client_id VARCHAR NOT NULL,
	context JSON NOT NULL,
	auth_time DOUBLE NOT NULL,
	last_used_at DOUBLE NOT NULL,
	expires_at DOUBLE NOT NULL,
	CONSTRAINT pk_browser_sessions PRIMARY KEY (id),
	CONSTRAINT fk_browser_sessions_client_id FOREIGN KEY(client_id) REFERENCES app_clients (id) ON DELETE CASCADE,
	CONSTRAINT fk_browser_sessions_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
	CONSTRAINT fk_browser_sessions_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT uq_browser_sessions_cookie_hash_pool_id UNIQUE (cookie_hash, pool_id)
)

CREATE INDEX ix_browser_sessions_expires_at ON browser_sessions (expires_at)

CREATE INDEX ix_browser_sessions_user_id ON browser_sessions (user_id)

CREATE TABLE provisioned_limits (
	account VARCHAR NOT NULL,
	region VARCHAR NOT NULL,
	category VARCHAR NOT NULL,
	value INTEGER NOT NULL,
	CONSTRAINT pk_provisioned_limits PRIMARY KEY (account, region, category)
)

CREATE TABLE identity_providers (
	pool_id VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	type VARCHAR NOT NULL,
	details JSON NOT NULL,
	discovered JSON NOT NULL,
	attribute_mapping JSON NOT NULL,
	acr_mapping JSON,
	created_at DOUBLE NOT NULL,
	modified_at DOUBLE NOT NULL,
	CONSTRAINT pk_identity_providers PRIMARY KEY (pool_id, name),
	CONSTRAINT fk_identity_providers_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
)

CREATE TABLE log_deliveries (
	pool_id VARCHAR NOT NULL,
	configurations JSON NOT NULL,
	CONSTRAINT pk_log_deliveries PRIMARY KEY (pool_id),
	CONSTRAINT fk_log_deliveries_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
)

CREATE TABLE saml_certificates (
	pool_id VARCHAR NOT NULL,
	use VARCHAR NOT NULL,
	issued_at DOUBLE NOT NULL,
	certificate BLOB NOT NULL,
	private_key BLOB NOT NULL,
	CONSTRAINT pk_saml_certificates PRIMARY KEY (pool_id, use, issued_at),
	CONSTRAINT fk_saml_certificates_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
)

CREATE TABLE auth_events (
	id VARCHAR NOT NULL,
	pool_id VARCHAR NOT NULL,
	user_id VARCHAR NOT NULL,
	client_id VARCHAR,
	type VARCHAR NOT NULL,
	response VARCHAR NOT NULL,
	risk JSON NOT NULL,
	challenges JSON NOT NULL,
	ip VARCHAR NOT NULL,
	device VARCHAR NOT NULL,
	context JSON NOT NULL,
	feedback JSON,
	created_at DOUBLE NOT NULL,
	CONSTRAINT pk_auth_events PRIMARY KEY (id),
	CONSTRAINT fk_auth_events_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
	CONSTRAINT fk_auth_events_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
)

CREATE INDEX ix_auth_events_created_at ON auth_events (created_at)

CREATE INDEX ix_auth_events_user_id_created_at_id ON auth_events (user_id, created_at, id)

CREATE TABLE federated_identities (
	pool_id VARCHAR NOT NULL,
	provider_name VARCHAR NOT NULL,
	attribute VARCHAR NOT NULL,
	value VARCHAR NOT NULL,
	user_id VARCHAR NOT NULL,
	provider_type VARCHAR NOT NULL,
	subject VARCHAR,
	issuer VARCHAR,
	"primary" BOOLEAN NOT NULL,
	created_at DOUBLE NOT NULL,
	CONSTRAINT pk_federated_identities PRIMARY KEY (pool_id, provider_name, attribute, value),
	CONSTRAINT fk_federated_identities_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
	CONSTRAINT fk_federated_identities_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
)

CREATE INDEX ix_federated_identities_pool_id_provider_name_subject ON federated_identities (pool_id, provider_name, subject)

CREATE INDEX ix_federated_identities_user_id ON federated_identities (user_id)

CREATE TABLE identity_provider_identifiers (
	pool_id VARCHAR NOT NULL,
	identifier VARCHAR NOT NULL,
	provider_name VARCHAR NOT NULL,
	position INTEGER NOT NULL,
	CONSTRAINT pk_identity_provider_identifiers PRIMARY KEY (pool_id, identifier),
	CONSTRAINT fk_identity_provider_identifiers_pool_id_provider_name FOREIGN KEY(pool_id, provider_name) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
)

CREATE INDEX ix_identity_provider_identifiers_pool_id_provider_name ON identity_provider_identifiers (pool_id, provider_name)

CREATE TABLE managed_login_brandings (
	id VARCHAR NOT NULL,
	pool_id VARCHAR NOT NULL,
	client_id VARCHAR NOT NULL,
	use_cognito_values BOOLEAN NOT NULL,
	settings JSON,
	assets JSON NOT NULL,
	created_at DOUBLE NOT NULL,
	modified_at DOUBLE NOT NULL,
	CONSTRAINT pk_managed_login_brandings PRIMARY KEY (id),
	CONSTRAINT fk_managed_login_brandings_client_id FOREIGN KEY(client_id) REFERENCES app_clients (id) ON DELETE CASCADE,
	CONSTRAINT fk_managed_login_brandings_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
	CONSTRAINT uq_managed_login_brandings_client_id UNIQUE (client_id)
)

CREATE INDEX ix_managed_login_brandings_pool_id ON managed_login_brandings (pool_id)

CREATE TABLE risk_configurations (
	pool_id VARCHAR NOT NULL,
	scope VARCHAR NOT NULL,
	client_id VARCHAR,
	configuration JSON NOT NULL,
	modified_at DOUBLE NOT NULL,
	CONSTRAINT pk_risk_configurations PRIMARY KEY (pool_id, scope),
	CONSTRAINT fk_risk_configurations_client_id FOREIGN KEY(client_id) REFERENCES app_clients (id) ON DELETE CASCADE,
	CONSTRAINT fk_risk_configurations_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
)

CREATE TABLE terms (
	id VARCHAR NOT NULL,
	pool_id VARCHAR NOT NULL,
	client_id VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	source VARCHAR NOT NULL,
	enforcement VARCHAR NOT NULL,
	links JSON NOT NULL,
	created_at DOUBLE NOT NULL,
	modified_at DOUBLE NOT NULL,
	CONSTRAINT pk_terms PRIMARY KEY (id),
	CONSTRAINT fk_terms_client_id FOREIGN KEY(client_id) REFERENCES app_clients (id) ON DELETE CASCADE,
	CONSTRAINT fk_terms_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
	CONSTRAINT uq_terms_client_id_name UNIQUE (client_id, name)
)

CREATE INDEX ix_terms_pool_id_created_at_id ON terms (pool_id, created_at, id)

CREATE TABLE ui_customizations (
	pool_id VARCHAR NOT NULL,
	scope VARCHAR NOT NULL,
	client_id VARCHAR,
	css VARCHAR,
	css_version VARCHAR NOT NULL,
	image BLOB,
	image_type VARCHAR,
	image_id VARCHAR,
	created_at DOUBLE NOT NULL,
	modified_at DOUBLE NOT NULL,
	CONSTRAINT pk_ui_customizations PRIMARY KEY (pool_id, scope),
	CONSTRAINT fk_ui_customizations_client_id FOREIGN KEY(client_id) REFERENCES app_clients (id) ON DELETE CASCADE,
	CONSTRAINT fk_ui_customizations_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
	CONSTRAINT uq_ui_customizations_image_id UNIQUE (image_id)
)

CREATE TABLE functions (
	account VARCHAR NOT NULL,
	region VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	last_version INTEGER NOT NULL,
	tags JSON NOT NULL,
	policies JSON NOT NULL,
	CONSTRAINT pk_functions PRIMARY KEY (account, region, name)
)

CREATE TABLE invocations (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	request_id VARCHAR NOT NULL,
	account VARCHAR,
	pool_id VARCHAR,
	"trigger" VARCHAR NOT NULL,
	trigger_source VARCHAR NOT NULL,
	function_arn VARCHAR NOT NULL,
	executor VARCHAR NOT NULL,
	at DOUBLE NOT NULL,
	event VARCHAR,
	response VARCHAR,
	error VARCHAR,
	error_type VARCHAR,
	duration DOUBLE NOT NULL,
	cold BOOLEAN NOT NULL,
	attempt INTEGER NOT NULL,
	logs VARCHAR NOT NULL,
	CONSTRAINT uq_invocations_request_id UNIQUE (request_id)
)

CREATE TABLE function_aliases (
	account VARCHAR NOT NULL,
	region VARCHAR NOT NULL,
	function_name VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	revision_id VARCHAR NOT NULL,
	configuration JSON NOT NULL,
	CONSTRAINT pk_function_aliases PRIMARY KEY (account, region, function_name, name),
	CONSTRAINT fk_function_aliases_account_region_function_name FOREIGN KEY(account, region, function_name) REFERENCES functions (account, region, name) ON DELETE CASCADE
)

CREATE TABLE function_code (
	account VARCHAR NOT NULL,
	region VARCHAR NOT NULL,
	function_name VARCHAR NOT NULL,
	sha256 VARCHAR NOT NULL,
	content BLOB NOT NULL,
	CONSTRAINT pk_function_code PRIMARY KEY (account, region, function_name, sha256),
	CONSTRAINT fk_function_code_account_region_function_name FOREIGN KEY(account, region, function_name) REFERENCES functions (account, region, name) ON DELETE CASCADE
)

CREATE TABLE function_versions (
	account VARCHAR NOT NULL,
	region VARCHAR NOT NULL,
	function_name VARCHAR NOT NULL,
	number INTEGER NOT NULL,
	revision_id VARCHAR NOT NULL,
	configuration JSON NOT NULL,
	code_sha256 VARCHAR,
	CONSTRAINT pk_function_versions PRIMARY KEY (account, region, function_name, number),
	CONSTRAINT fk_function_versions_account_region_function_name FOREIGN KEY(account, region, function_name) REFERENCES functions (account, region, name) ON DELETE CASCADE
)

CREATE TABLE identity_pools (
	id VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	region VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	created_at DOUBLE NOT NULL,
	settings JSON NOT NULL,
	roles JSON NOT NULL,
	principal_tags JSON NOT NULL,
	CONSTRAINT pk_identity_pools PRIMARY KEY (id)
)

CREATE INDEX ix_identity_pools_account_region_created_at_id ON identity_pools (account, region, created_at, id)

CREATE TABLE temporary_credentials (
	access_key_id VARCHAR NOT NULL,
	secret_key VARCHAR NOT NULL,
	session_token_hash BLOB NOT NULL,
	account VARCHAR NOT NULL,
	role_arn VARCHAR,
	role_session_name VARCHAR,
	identity_id VARCHAR,
	identity_pool_id VARCHAR,
	amr JSON NOT NULL,
	tags JSON NOT NULL,
	created_at DOUBLE NOT NULL,
	expires_at DOUBLE NOT NULL,
	CONSTRAINT pk_temporary_credentials PRIMARY KEY (access_key_id)
)

CREATE INDEX ix_temporary_credentials_account ON temporary_credentials (account)

CREATE INDEX ix_temporary_credentials_expires_at ON temporary_credentials (expires_at)

CREATE TABLE identities (
	id VARCHAR NOT NULL,
	pool_id VARCHAR NOT NULL,
	created_at DOUBLE NOT NULL,
	modified_at DOUBLE NOT NULL,
	enabled BOOLEAN NOT NULL,
	authenticated BOOLEAN NOT NULL,
	CONSTRAINT pk_identities PRIMARY KEY (id),
	CONSTRAINT fk_identities_pool_id FOREIGN KEY(pool_id) REFERENCES identity_pools (id) ON DELETE CASCADE
)

CREATE INDEX ix_identities_pool_id_created_at_id ON identities (pool_id, created_at, id)

CREATE TABLE identity_logins (
	pool_id VARCHAR NOT NULL,
	provider VARCHAR NOT NULL,
	subject VARCHAR NOT NULL,
	identity_id VARCHAR NOT NULL,
	linked_at DOUBLE NOT NULL,
	CONSTRAINT pk_identity_logins PRIMARY KEY (pool_id, provider, subject),
	CONSTRAINT fk_identity_logins_identity_id FOREIGN KEY(identity_id) REFERENCES identities (id) ON DELETE CASCADE,
	CONSTRAINT fk_identity_logins_pool_id FOREIGN KEY(pool_id) REFERENCES identity_pools (id) ON DELETE CASCADE
)

CREATE INDEX ix_identity_logins_identity_id_provider_subject ON identity_logins (identity_id, provider, subject)

CREATE TABLE user_import_jobs (
	id VARCHAR NOT NULL,
	pool_id VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	role_arn VARCHAR NOT NULL,
	hashing VARCHAR,
	url VARCHAR NOT NULL,
	status VARCHAR NOT NULL,
	created_at DOUBLE NOT NULL,
	started_at DOUBLE,
	completed_at DOUBLE,
	message VARCHAR,
	uploaded BOOLEAN NOT NULL,
	imported INTEGER NOT NULL,
	skipped INTEGER NOT NULL,
	failed INTEGER NOT NULL,
	line INTEGER NOT NULL,
	position INTEGER NOT NULL,
	runner VARCHAR,
	lease_until DOUBLE,
	CONSTRAINT pk_user_import_jobs PRIMARY KEY (id),
	CONSTRAINT fk_user_import_jobs_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
)

CREATE INDEX ix_user_import_jobs_pool_id_created_at_id ON user_import_jobs (pool_id, created_at, id)

CREATE INDEX ix_user_import_jobs_status_created_at ON user_import_jobs (status, created_at)

CREATE TABLE user_pool_replicas (
	pool_id VARCHAR NOT NULL,
	region VARCHAR NOT NULL,
	status VARCHAR NOT NULL,
	tags JSON NOT NULL,
	changes_at DOUBLE,
	created_at DOUBLE NOT NULL, settings JSON,
	CONSTRAINT pk_user_pool_replicas PRIMARY KEY (pool_id, region),
	CONSTRAINT fk_user_pool_replicas_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
)

CREATE TABLE cimd_policies (
	id VARCHAR NOT NULL,
	pool_id VARCHAR NOT NULL,
	client_id VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	cache_duration INTEGER NOT NULL,
	url_patterns JSON NOT NULL,
	created_at DOUBLE NOT NULL,
	modified_at DOUBLE NOT NULL,
	CONSTRAINT pk_cimd_policies PRIMARY KEY (id),
	CONSTRAINT fk_cimd_policies_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
)

CREATE INDEX ix_cimd_policies_client_id ON cimd_policies (client_id)

CREATE INDEX ix_cimd_policies_pool_id_created_at_id ON cimd_policies (pool_id, created_at, id)

CREATE TABLE imported_passwords (
	user_id VARCHAR NOT NULL,
	algorithm VARCHAR NOT NULL,
	hash VARCHAR NOT NULL,
	CONSTRAINT pk_imported_passwords PRIMARY KEY (user_id),
	CONSTRAINT fk_imported_passwords_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
)

CREATE TABLE user_import_logs (
	job_id VARCHAR NOT NULL,
	line INTEGER NOT NULL,
	text VARCHAR NOT NULL,
	CONSTRAINT pk_user_import_logs PRIMARY KEY (job_id, line),
	CONSTRAINT fk_user_import_logs_job_id FOREIGN KEY(job_id) REFERENCES user_import_jobs (id) ON DELETE CASCADE
)

CREATE TABLE client_metadata_documents (
	policy_id VARCHAR NOT NULL,
	url VARCHAR NOT NULL,
	document JSON NOT NULL,
	cached_at DOUBLE NOT NULL,
	expires_at DOUBLE NOT NULL,
	CONSTRAINT pk_client_metadata_documents PRIMARY KEY (policy_id, url),
	CONSTRAINT fk_client_metadata_documents_policy_id FOREIGN KEY(policy_id) REFERENCES cimd_policies (id) ON DELETE CASCADE
)

CREATE INDEX ix_client_metadata_documents_url ON client_metadata_documents (url)

CREATE TABLE stacks (
	id VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	region VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	live_name VARCHAR,
	status VARCHAR NOT NULL,
	created_at DOUBLE NOT NULL,
	document JSON NOT NULL,
	operation JSON NOT NULL,
	runner VARCHAR NOT NULL,
	runner_until DOUBLE NOT NULL,
	CONSTRAINT pk_stacks PRIMARY KEY (id),
	CONSTRAINT uq_stacks_account_region_live_name UNIQUE (account, region, live_name)
)

CREATE INDEX ix_stacks_account_region_created_at_id ON stacks (account, region, created_at, id)

CREATE TABLE ssm_parameters (
	account VARCHAR NOT NULL,
	region VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	modified_at DOUBLE NOT NULL,
	version INTEGER NOT NULL,
	document JSON NOT NULL,
	CONSTRAINT pk_ssm_parameters PRIMARY KEY (account, region, name)
)

CREATE TABLE stack_resources (
	stack_id VARCHAR NOT NULL,
	logical_id VARCHAR NOT NULL,
	physical_id VARCHAR,
	document JSON NOT NULL,
	CONSTRAINT pk_stack_resources PRIMARY KEY (stack_id, logical_id),
	CONSTRAINT fk_stack_resources_stack_id FOREIGN KEY(stack_id) REFERENCES stacks (id) ON DELETE CASCADE
)

CREATE INDEX ix_stack_resources_physical_id ON stack_resources (physical_id)

CREATE TABLE stack_events (
	stack_id VARCHAR NOT NULL,
	sequence INTEGER NOT NULL,
	happened_at DOUBLE NOT NULL,
	document JSON NOT NULL,
	CONSTRAINT pk_stack_events PRIMARY KEY (stack_id, sequence),
	CONSTRAINT fk_stack_events_stack_id FOREIGN KEY(stack_id) REFERENCES stacks (id) ON DELETE CASCADE
)

CREATE TABLE change_sets (
	id VARCHAR NOT NULL,
	stack_id VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	created_at DOUBLE NOT NULL,
	document JSON NOT NULL,
	CONSTRAINT pk_change_sets PRIMARY KEY (id),
	CONSTRAINT fk_change_sets_stack_id FOREIGN KEY(stack_id) REFERENCES stacks (id) ON DELETE CASCADE,
	CONSTRAINT uq_change_sets_stack_id_name UNIQUE (stack_id, name)
)

CREATE TABLE stack_exports (
	account VARCHAR NOT NULL,
	region VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	stack_id VARCHAR NOT NULL,
	value VARCHAR NOT NULL,
	CONSTRAINT pk_stack_exports PRIMARY KEY (account, region, name),
	CONSTRAINT fk_stack_exports_stack_id FOREIGN KEY(stack_id) REFERENCES stacks (id) ON DELETE CASCADE
)

CREATE INDEX ix_stack_exports_stack_id ON stack_exports (stack_id)

CREATE TABLE stack_imports (
	stack_id VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	CONSTRAINT pk_stack_imports PRIMARY KEY (stack_id, name),
	CONSTRAINT fk_stack_imports_stack_id FOREIGN KEY(stack_id) REFERENCES stacks (id) ON DELETE CASCADE
)

CREATE TABLE stack_signals (
	stack_id VARCHAR NOT NULL,
	handle VARCHAR NOT NULL,
	unique_id VARCHAR NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT pk_stack_signals PRIMARY KEY (stack_id, handle, unique_id),
	CONSTRAINT fk_stack_signals_stack_id FOREIGN KEY(stack_id) REFERENCES stacks (id) ON DELETE CASCADE
)

CREATE TABLE s3_buckets (
	account VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	region VARCHAR NOT NULL,
	created_at DOUBLE NOT NULL,
	configurations JSON NOT NULL,
	CONSTRAINT pk_s3_buckets PRIMARY KEY (account, name)
)

CREATE TABLE s3_objects (
	account VARCHAR NOT NULL,
	bucket VARCHAR NOT NULL,
	"key" VARCHAR NOT NULL,
	file VARCHAR NOT NULL,
	size BIGINT NOT NULL,
	etag VARCHAR NOT NULL,
	modified_at DOUBLE NOT NULL,
	document JSON NOT NULL,
	CONSTRAINT pk_s3_objects PRIMARY KEY (account, bucket, "key"),
	CONSTRAINT uq_s3_objects_file UNIQUE (file)
)

CREATE TABLE s3_uploads (
	id VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	bucket VARCHAR NOT NULL,
	"key" VARCHAR NOT NULL,
	started_at DOUBLE NOT NULL,
	document JSON NOT NULL,
	CONSTRAINT pk_s3_uploads PRIMARY KEY (id)
)

CREATE INDEX ix_s3_uploads_account_bucket_key_id ON s3_uploads (account, bucket, "key", id)

CREATE TABLE s3_parts (
	upload_id VARCHAR NOT NULL,
	number INTEGER NOT NULL,
	file VARCHAR NOT NULL,
	size BIGINT NOT NULL,
	etag VARCHAR NOT NULL,
	modified_at DOUBLE NOT NULL,
	CONSTRAINT pk_s3_parts PRIMARY KEY (upload_id, number),
	CONSTRAINT fk_s3_parts_upload_id FOREIGN KEY(upload_id) REFERENCES s3_uploads (id) ON DELETE CASCADE,
	CONSTRAINT uq_s3_parts_file UNIQUE (file)
)

CREATE TABLE iam_entities (
	account VARCHAR NOT NULL,
	kind VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	arn VARCHAR NOT NULL,
	created_at DOUBLE NOT NULL,
	document JSON NOT NULL,
	CONSTRAINT pk_iam_entities PRIMARY KEY (account, kind, name)
)

CREATE INDEX ix_iam_entities_arn ON iam_entities (arn)

CREATE TABLE layers (
	account VARCHAR NOT NULL,
	region VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	last_version INTEGER NOT NULL,
	CONSTRAINT pk_layers PRIMARY KEY (account, region, name)
)

CREATE TABLE layer_versions (
	account VARCHAR NOT NULL,
	region VARCHAR NOT NULL,
	layer_name VARCHAR NOT NULL,
	number INTEGER NOT NULL,
	configuration JSON NOT NULL,
	deleted BOOLEAN NOT NULL,
	content BLOB NOT NULL,
	CONSTRAINT pk_layer_versions PRIMARY KEY (account, region, layer_name, number),
	CONSTRAINT fk_layer_versions_account FOREIGN KEY(account, region, layer_name) REFERENCES layers (account, region, name) ON DELETE CASCADE
)

CREATE TABLE user_data_history (
	sequence INTEGER NOT NULL,
	pool_id VARCHAR NOT NULL,
	table_name VARCHAR NOT NULL,
	row_key VARCHAR NOT NULL,
	changed_at DOUBLE NOT NULL,
	row_before JSON,
	CONSTRAINT pk_user_data_history PRIMARY KEY (sequence)
)

CREATE INDEX ix_user_data_history_pool_id_changed_at ON user_data_history (pool_id, changed_at)

CREATE TABLE point_in_time_recoveries (
	id VARCHAR NOT NULL,
	pool_id VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	status VARCHAR NOT NULL,
	restore_to DOUBLE NOT NULL,
	initiated_at DOUBLE NOT NULL,
	started_at DOUBLE,
	preview JSON NOT NULL,
	CONSTRAINT pk_point_in_time_recoveries PRIMARY KEY (id),
	CONSTRAINT fk_point_in_time_recoveries_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
)

CREATE INDEX ix_point_in_time_recoveries_pool_id_initiated_at_id ON point_in_time_recoveries (pool_id, initiated_at, id)

CREATE INDEX ix_point_in_time_recoveries_account_initiated_at ON point_in_time_recoveries (account, initiated_at)

CREATE TABLE paused_user_pools (
	pool_id VARCHAR NOT NULL,
	until DOUBLE NOT NULL,
	CONSTRAINT pk_paused_user_pools PRIMARY KEY (pool_id),
	CONSTRAINT fk_paused_user_pools_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
)

CREATE TRIGGER users_pause_insert BEFORE INSERT ON users WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = NEW.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER users_history_insert AFTER INSERT ON users WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = NEW.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (NEW.pool_id, 'users', json_array(NEW."id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), NULL); END

CREATE TRIGGER users_pause_update BEFORE UPDATE OF "id", "pool_id", "username", "username_key", "status", "enabled", "created_at", "attributes", "pending_attributes", "verifier", "password_history", "temporary_password_expires_at", "mfa" ON users WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = OLD.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) AND (OLD."id" IS NOT NEW."id" OR OLD."pool_id" IS NOT NEW."pool_id" OR OLD."username" IS NOT NEW."username" OR OLD."username_key" IS NOT NEW."username_key" OR OLD."status" IS NOT NEW."status" OR OLD."enabled" IS NOT NEW."enabled" OR OLD."created_at" IS NOT NEW."created_at" OR OLD."attributes" IS NOT NEW."attributes" OR OLD."pending_attributes" IS NOT NEW."pending_attributes" OR OLD."verifier" IS NOT NEW."verifier" OR OLD."password_history" IS NOT NEW."password_history" OR OLD."temporary_password_expires_at" IS NOT NEW."temporary_password_expires_at" OR OLD."mfa" IS NOT NEW."mfa") BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER users_history_update AFTER UPDATE OF "id", "pool_id", "username", "username_key", "status", "enabled", "created_at", "attributes", "pending_attributes", "verifier", "password_history", "temporary_password_expires_at", "mfa" ON users WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = OLD.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (OLD.pool_id, 'users', json_array(OLD."id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('id', OLD."id", 'pool_id', OLD."pool_id", 'username', OLD."username", 'username_key', OLD."username_key", 'status', OLD."status", 'enabled', OLD."enabled", 'created_at', CASE WHEN OLD."created_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."created_at") END, 'modified_at', CASE WHEN OLD."modified_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."modified_at") END, 'attributes', json(OLD."attributes"), 'pending_attributes', json(OLD."pending_attributes"), 'verifier', CASE WHEN OLD."verifier" IS NULL THEN NULL ELSE lower(hex(OLD."verifier")) END, 'password_history', json(OLD."password_history"), 'temporary_password_expires_at', CASE WHEN OLD."temporary_password_expires_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."temporary_password_expires_at") END, 'failed_sign_ins', OLD."failed_sign_ins", 'last_failed_sign_in_at', CASE WHEN OLD."last_failed_sign_in_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."last_failed_sign_in_at") END, 'mfa', json(OLD."mfa"))); END

CREATE TRIGGER users_pause_delete BEFORE DELETE ON users WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = OLD.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER users_history_delete AFTER DELETE ON users WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = OLD.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (OLD.pool_id, 'users', json_array(OLD."id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('id', OLD."id", 'pool_id', OLD."pool_id", 'username', OLD."username", 'username_key', OLD."username_key", 'status', OLD."status", 'enabled', OLD."enabled", 'created_at', CASE WHEN OLD."created_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."created_at") END, 'modified_at', CASE WHEN OLD."modified_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."modified_at") END, 'attributes', json(OLD."attributes"), 'pending_attributes', json(OLD."pending_attributes"), 'verifier', CASE WHEN OLD."verifier" IS NULL THEN NULL ELSE lower(hex(OLD."verifier")) END, 'password_history', json(OLD."password_history"), 'temporary_password_expires_at', CASE WHEN OLD."temporary_password_expires_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."temporary_password_expires_at") END, 'failed_sign_ins', OLD."failed_sign_ins", 'last_failed_sign_in_at', CASE WHEN OLD."last_failed_sign_in_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."last_failed_sign_in_at") END, 'mfa', json(OLD."mfa"))); END

CREATE TRIGGER users_history_last BEFORE DELETE ON users WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = OLD.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) SELECT OLD.pool_id, 'software_tokens', json_array(r."user_id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('user_id', r."user_id", 'secret', r."secret", 'pending_secret', r."pending_secret", 'name', r."name", 'last_step', r."last_step") FROM software_tokens r WHERE r.user_id = OLD.id; INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) SELECT OLD.pool_id, 'imported_passwords', json_array(r."user_id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('user_id', r."user_id", 'algorithm', r."algorithm", 'hash', r."hash") FROM imported_passwords r WHERE r.user_id = OLD.id; END

CREATE TRIGGER user_aliases_pause_insert BEFORE INSERT ON user_aliases WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = NEW.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER user_aliases_history_insert AFTER INSERT ON user_aliases WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = NEW.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (NEW.pool_id, 'user_aliases', json_array(NEW."pool_id", NEW."alias_key"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), NULL); END

CREATE TRIGGER user_aliases_pause_update BEFORE UPDATE OF "pool_id", "alias_key", "user_id", "attribute" ON user_aliases WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = OLD.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) AND (OLD."pool_id" IS NOT NEW."pool_id" OR OLD."alias_key" IS NOT NEW."alias_key" OR OLD."user_id" IS NOT NEW."user_id" OR OLD."attribute" IS NOT NEW."attribute") BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER user_aliases_history_update AFTER UPDATE OF "pool_id", "alias_key", "user_id", "attribute" ON user_aliases WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = OLD.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (OLD.pool_id, 'user_aliases', json_array(OLD."pool_id", OLD."alias_key"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('pool_id', OLD."pool_id", 'alias_key', OLD."alias_key", 'user_id', OLD."user_id", 'attribute', OLD."attribute")); END

CREATE TRIGGER user_aliases_pause_delete BEFORE DELETE ON user_aliases WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = OLD.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER user_aliases_history_delete AFTER DELETE ON user_aliases WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = OLD.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (OLD.pool_id, 'user_aliases', json_array(OLD."pool_id", OLD."alias_key"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('pool_id', OLD."pool_id", 'alias_key', OLD."alias_key", 'user_id', OLD."user_id", 'attribute', OLD."attribute")); END

CREATE TRIGGER groups_pause_insert BEFORE INSERT ON groups WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = NEW.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER groups_history_insert AFTER INSERT ON groups WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = NEW.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (NEW.pool_id, 'groups', json_array(NEW."pool_id", NEW."name"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), NULL); END

CREATE TRIGGER groups_pause_update BEFORE UPDATE OF "pool_id", "name", "description", "role_arn", "precedence", "created_at", "modified_at" ON groups WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = OLD.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) AND (OLD."pool_id" IS NOT NEW."pool_id" OR OLD."name" IS NOT NEW."name" OR OLD."description" IS NOT NEW."description" OR OLD."role_arn" IS NOT NEW."role_arn" OR OLD."precedence" IS NOT NEW."precedence" OR OLD."created_at" IS NOT NEW."created_at" OR OLD."modified_at" IS NOT NEW."modified_at") BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER groups_history_update AFTER UPDATE OF "pool_id", "name", "description", "role_arn", "precedence", "created_at", "modified_at" ON groups WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = OLD.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (OLD.pool_id, 'groups', json_array(OLD."pool_id", OLD."name"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('pool_id', OLD."pool_id", 'name', OLD."name", 'description', OLD."description", 'role_arn', OLD."role_arn", 'precedence', OLD."precedence", 'created_at', CASE WHEN OLD."created_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."created_at") END, 'modified_at', CASE WHEN OLD."modified_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."modified_at") END)); END

CREATE TRIGGER groups_pause_delete BEFORE DELETE ON groups WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = OLD.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER groups_history_delete AFTER DELETE ON groups WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = OLD.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (OLD.pool_id, 'groups', json_array(OLD."pool_id", OLD."name"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('pool_id', OLD."pool_id", 'name', OLD."name", 'description', OLD."description", 'role_arn', OLD."role_arn", 'precedence', OLD."precedence", 'created_at', CASE WHEN OLD."created_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."created_at") END, 'modified_at', CASE WHEN OLD."modified_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."modified_at") END)); END

CREATE TRIGGER group_members_pause_insert BEFORE INSERT ON group_members WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = NEW.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER group_members_history_insert AFTER INSERT ON group_members WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = NEW.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (NEW.pool_id, 'group_members', json_array(NEW."pool_id", NEW."group_name", NEW."user_id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), NULL); END

CREATE TRIGGER group_members_pause_update BEFORE UPDATE OF "pool_id", "group_name", "user_id", "joined_at" ON group_members WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = OLD.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) AND (OLD."pool_id" IS NOT NEW."pool_id" OR OLD."group_name" IS NOT NEW."group_name" OR OLD."user_id" IS NOT NEW."user_id" OR OLD."joined_at" IS NOT NEW."joined_at") BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER group_members_history_update AFTER UPDATE OF "pool_id", "group_name", "user_id", "joined_at" ON group_members WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = OLD.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (OLD.pool_id, 'group_members', json_array(OLD."pool_id", OLD."group_name", OLD."user_id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('pool_id', OLD."pool_id", 'group_name', OLD."group_name", 'user_id', OLD."user_id", 'joined_at', CASE WHEN OLD."joined_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."joined_at") END)); END

CREATE TRIGGER group_members_pause_delete BEFORE DELETE ON group_members WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = OLD.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER group_members_history_delete AFTER DELETE ON group_members WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = OLD.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (OLD.pool_id, 'group_members', json_array(OLD."pool_id", OLD."group_name", OLD."user_id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('pool_id', OLD."pool_id", 'group_name', OLD."group_name", 'user_id', OLD."user_id", 'joined_at', CASE WHEN OLD."joined_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."joined_at") END)); END

CREATE TRIGGER webauthn_credentials_pause_insert BEFORE INSERT ON webauthn_credentials WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = NEW.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER webauthn_credentials_history_insert AFTER INSERT ON webauthn_credentials WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = NEW.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (NEW.pool_id, 'webauthn_credentials', json_array(NEW."pool_id", NEW."id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), NULL); END

CREATE TRIGGER webauthn_credentials_pause_update BEFORE UPDATE OF "pool_id", "id", "user_id", "public_key", "relying_party_id", "name", "attachment", "transports", "multi_device", "created_at" ON webauthn_credentials WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = OLD.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) AND (OLD."pool_id" IS NOT NEW."pool_id" OR OLD."id" IS NOT NEW."id" OR OLD."user_id" IS NOT NEW."user_id" OR OLD."public_key" IS NOT NEW."public_key" OR OLD."relying_party_id" IS NOT NEW."relying_party_id" OR OLD."name" IS NOT NEW."name" OR OLD."attachment" IS NOT NEW."attachment" OR OLD."transports" IS NOT NEW."transports" OR OLD."multi_device" IS NOT NEW."multi_device" OR OLD."created_at" IS NOT NEW."created_at") BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER webauthn_credentials_history_update AFTER UPDATE OF "pool_id", "id", "user_id", "public_key", "relying_party_id", "name", "attachment", "transports", "multi_device", "created_at" ON webauthn_credentials WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = OLD.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (OLD.pool_id, 'webauthn_credentials', json_array(OLD."pool_id", OLD."id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('pool_id', OLD."pool_id", 'id', OLD."id", 'user_id', OLD."user_id", 'public_key', CASE WHEN OLD."public_key" IS NULL THEN NULL ELSE lower(hex(OLD."public_key")) END, 'sign_count', OLD."sign_count", 'relying_party_id', OLD."relying_party_id", 'name', OLD."name", 'attachment', OLD."attachment", 'transports', json(OLD."transports"), 'multi_device', OLD."multi_device", 'created_at', CASE WHEN OLD."created_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."created_at") END)); END

CREATE TRIGGER webauthn_credentials_pause_delete BEFORE DELETE ON webauthn_credentials WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = OLD.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER webauthn_credentials_history_delete AFTER DELETE ON webauthn_credentials WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = OLD.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (OLD.pool_id, 'webauthn_credentials', json_array(OLD."pool_id", OLD."id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('pool_id', OLD."pool_id", 'id', OLD."id", 'user_id', OLD."user_id", 'public_key', CASE WHEN OLD."public_key" IS NULL THEN NULL ELSE lower(hex(OLD."public_key")) END, 'sign_count', OLD."sign_count", 'relying_party_id', OLD."relying_party_id", 'name', OLD."name", 'attachment', OLD."attachment", 'transports', json(OLD."transports"), 'multi_device', OLD."multi_device", 'created_at', CASE WHEN OLD."created_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."created_at") END)); END

CREATE TRIGGER federated_identities_pause_insert BEFORE INSERT ON federated_identities WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = NEW.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER federated_identities_history_insert AFTER INSERT ON federated_identities WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = NEW.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (NEW.pool_id, 'federated_identities', json_array(NEW."pool_id", NEW."provider_name", NEW."attribute", NEW."value"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), NULL); END

CREATE TRIGGER federated_identities_pause_update BEFORE UPDATE OF "pool_id", "provider_name", "attribute", "value", "user_id", "provider_type", "subject", "issuer", "primary", "created_at" ON federated_identities WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = OLD.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) AND (OLD."pool_id" IS NOT NEW."pool_id" OR OLD."provider_name" IS NOT NEW."provider_name" OR OLD."attribute" IS NOT NEW."attribute" OR OLD."value" IS NOT NEW."value" OR OLD."user_id" IS NOT NEW."user_id" OR OLD."provider_type" IS NOT NEW."provider_type" OR OLD."subject" IS NOT NEW."subject" OR OLD."issuer" IS NOT NEW."issuer" OR OLD."primary" IS NOT NEW."primary" OR OLD."created_at" IS NOT NEW."created_at") BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER federated_identities_history_update AFTER UPDATE OF "pool_id", "provider_name", "attribute", "value", "user_id", "provider_type", "subject", "issuer", "primary", "created_at" ON federated_identities WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = OLD.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (OLD.pool_id, 'federated_identities', json_array(OLD."pool_id", OLD."provider_name", OLD."attribute", OLD."value"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('pool_id', OLD."pool_id", 'provider_name', OLD."provider_name", 'attribute', OLD."attribute", 'value', OLD."value", 'user_id', OLD."user_id", 'provider_type', OLD."provider_type", 'subject', OLD."subject", 'issuer', OLD."issuer", 'primary', OLD."primary", 'created_at', CASE WHEN OLD."created_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."created_at") END)); END

CREATE TRIGGER federated_identities_pause_delete BEFORE DELETE ON federated_identities WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = OLD.pool_id AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER federated_identities_history_delete AFTER DELETE ON federated_identities WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = OLD.pool_id) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES (OLD.pool_id, 'federated_identities', json_array(OLD."pool_id", OLD."provider_name", OLD."attribute", OLD."value"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('pool_id', OLD."pool_id", 'provider_name', OLD."provider_name", 'attribute', OLD."attribute", 'value', OLD."value", 'user_id', OLD."user_id", 'provider_type', OLD."provider_type", 'subject', OLD."subject", 'issuer', OLD."issuer", 'primary', OLD."primary", 'created_at', CASE WHEN OLD."created_at" IS NULL THEN NULL ELSE printf('%!.17g', OLD."created_at") END)); END

CREATE TRIGGER software_tokens_pause_insert BEFORE INSERT ON software_tokens WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = (SELECT pool_id FROM users WHERE id = NEW.user_id) AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER software_tokens_history_insert AFTER INSERT ON software_tokens WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = (SELECT pool_id FROM users WHERE id = NEW.user_id)) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES ((SELECT pool_id FROM users WHERE id = NEW.user_id), 'software_tokens', json_array(NEW."user_id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), NULL); END

CREATE TRIGGER software_tokens_pause_update BEFORE UPDATE OF "user_id", "secret", "pending_secret", "name", "last_step" ON software_tokens WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = (SELECT pool_id FROM users WHERE id = OLD.user_id) AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) AND (OLD."user_id" IS NOT NEW."user_id" OR OLD."secret" IS NOT NEW."secret" OR OLD."pending_secret" IS NOT NEW."pending_secret" OR OLD."name" IS NOT NEW."name" OR OLD."last_step" IS NOT NEW."last_step") BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER software_tokens_history_update AFTER UPDATE OF "user_id", "secret", "pending_secret", "name" ON software_tokens WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = (SELECT pool_id FROM users WHERE id = OLD.user_id)) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES ((SELECT pool_id FROM users WHERE id = OLD.user_id), 'software_tokens', json_array(OLD."user_id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('user_id', OLD."user_id", 'secret', OLD."secret", 'pending_secret', OLD."pending_secret", 'name', OLD."name", 'last_step', OLD."last_step")); END

CREATE TRIGGER software_tokens_pause_delete BEFORE DELETE ON software_tokens WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = (SELECT pool_id FROM users WHERE id = OLD.user_id) AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER software_tokens_history_delete AFTER DELETE ON software_tokens WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = (SELECT pool_id FROM users WHERE id = OLD.user_id)) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES ((SELECT pool_id FROM users WHERE id = OLD.user_id), 'software_tokens', json_array(OLD."user_id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('user_id', OLD."user_id", 'secret', OLD."secret", 'pending_secret', OLD."pending_secret", 'name', OLD."name", 'last_step', OLD."last_step")); END

CREATE TRIGGER imported_passwords_pause_insert BEFORE INSERT ON imported_passwords WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = (SELECT pool_id FROM users WHERE id = NEW.user_id) AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER imported_passwords_history_insert AFTER INSERT ON imported_passwords WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = (SELECT pool_id FROM users WHERE id = NEW.user_id)) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES ((SELECT pool_id FROM users WHERE id = NEW.user_id), 'imported_passwords', json_array(NEW."user_id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), NULL); END

CREATE TRIGGER imported_passwords_pause_update BEFORE UPDATE OF "user_id", "algorithm", "hash" ON imported_passwords WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = (SELECT pool_id FROM users WHERE id = OLD.user_id) AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) AND (OLD."user_id" IS NOT NEW."user_id" OR OLD."algorithm" IS NOT NEW."algorithm" OR OLD."hash" IS NOT NEW."hash") BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER imported_passwords_history_update AFTER UPDATE OF "user_id", "algorithm", "hash" ON imported_passwords WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = (SELECT pool_id FROM users WHERE id = OLD.user_id)) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES ((SELECT pool_id FROM users WHERE id = OLD.user_id), 'imported_passwords', json_array(OLD."user_id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('user_id', OLD."user_id", 'algorithm', OLD."algorithm", 'hash', OLD."hash")); END

CREATE TRIGGER imported_passwords_pause_delete BEFORE DELETE ON imported_passwords WHEN EXISTS (SELECT 1 FROM paused_user_pools WHERE pool_id = (SELECT pool_id FROM users WHERE id = OLD.user_id) AND until > ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0))) BEGIN SELECT RAISE(ABORT, 'The user pool is being recovered'); END

CREATE TRIGGER imported_passwords_history_delete AFTER DELETE ON imported_passwords WHEN EXISTS (SELECT 1 FROM user_pools WHERE id = (SELECT pool_id FROM users WHERE id = OLD.user_id)) BEGIN INSERT INTO user_data_history (pool_id, table_name, row_key, changed_at, row_before) VALUES ((SELECT pool_id FROM users WHERE id = OLD.user_id), 'imported_passwords', json_array(OLD."user_id"), ((julianday('now') - 2440587.5) * 86400.0 + coalesce((SELECT json_extract(value, '$.value') FROM emulator_state WHERE name = 'clock_offset'), 0)), json_object('user_id', OLD."user_id", 'algorithm', OLD."algorithm", 'hash', OLD."hash")); END

CREATE TABLE function_events (
	id VARCHAR NOT NULL,
	account VARCHAR NOT NULL,
	function_arn VARCHAR NOT NULL,
	event VARCHAR,
	sent_at DOUBLE NOT NULL,
	due_at DOUBLE NOT NULL,
	failures INTEGER NOT NULL,
	deferrals INTEGER NOT NULL,
	leased_until DOUBLE, "trigger" VARCHAR, source_arn VARCHAR,
	CONSTRAINT pk_function_events PRIMARY KEY (id)
)

CREATE TABLE secrets (
	account VARCHAR NOT NULL,
	region VARCHAR NOT NULL,
	name VARCHAR NOT NULL,
	arn VARCHAR NOT NULL,
	created_at DOUBLE NOT NULL,
	changed_at DOUBLE NOT NULL,
	accessed_at DOUBLE,
	deleted_at DOUBLE,
	rotated_at DOUBLE,
	rotates_at DOUBLE,
	client_id VARCHAR,
	document JSON NOT NULL,
	CONSTRAINT pk_secrets PRIMARY KEY (account, region, name),
	CONSTRAINT fk_secrets_client_id FOREIGN KEY(client_id) REFERENCES app_clients (id) ON DELETE CASCADE,
	CONSTRAINT uq_secrets_arn UNIQUE (arn)
)

CREATE INDEX ix_secrets_rotates_at ON secrets (rotates_at)

CREATE INDEX ix_secrets_client_id ON secrets (client_id)

CREATE TABLE secret_versions (
	arn VARCHAR NOT NULL,
	id VARCHAR NOT NULL,
	created_at DOUBLE NOT NULL,
	accessed_at DOUBLE,
	text VARCHAR,
	binary BLOB,
	stages JSON NOT NULL,
	CONSTRAINT pk_secret_versions PRIMARY KEY (arn, id),
	CONSTRAINT fk_secret_versions_arn FOREIGN KEY(arn) REFERENCES secrets (arn) ON DELETE CASCADE
)

"""`Tx`: what a transaction function is given; every query stands under the name of what it asks about."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from cognito_emu.store.app_clients import AppClients
from cognito_emu.store.auth_events import AuthEvents
from cognito_emu.store.auth_sessions import AuthSessions
from cognito_emu.store.authorizations import Authorizations
from cognito_emu.store.branding import ManagedLoginBrandings, UiCustomizations
from cognito_emu.store.browser_sessions import BrowserSessions
from cognito_emu.store.cimd_policies import CimdPolicies
from cognito_emu.store.codes import Codes
from cognito_emu.store.devices import Devices
from cognito_emu.store.domains import UserPoolDomains
from cognito_emu.store.emulator_state import EmulatorState
from cognito_emu.store.federated_identities import FederatedIdentities
from cognito_emu.store.function_events import FunctionEvents
from cognito_emu.store.functions import Functions
from cognito_emu.store.groups import Groups
from cognito_emu.store.iam import IamEntities
from cognito_emu.store.identities import Identities
from cognito_emu.store.identity_pools import IdentityPools
from cognito_emu.store.identity_providers import IdentityProviders
from cognito_emu.store.invocations import Invocations
from cognito_emu.store.layers import Layers
from cognito_emu.store.log_deliveries import LogDeliveries
from cognito_emu.store.messages import Messages
from cognito_emu.store.passkeys import Passkeys
from cognito_emu.store.provisioned_limits import ProvisionedLimits
from cognito_emu.store.recoveries import Recoveries
from cognito_emu.store.remembered import Remembered
from cognito_emu.store.replicas import UserPoolReplicas
from cognito_emu.store.resource_servers import ResourceServers
from cognito_emu.store.risk_configurations import RiskConfigurations
from cognito_emu.store.s3 import S3Buckets, S3Objects, S3Uploads
from cognito_emu.store.saml_certificates import SamlCertificates
from cognito_emu.store.secrets import Secrets
from cognito_emu.store.sign_ins import SignIns
from cognito_emu.store.signing_keys import SigningKeys
from cognito_emu.store.software_tokens import SoftwareTokens
from cognito_emu.store.ssm_parameters import SsmParameters
from cognito_emu.store.stacks import Stacks
from cognito_emu.store.temporary_credentials import TemporaryCredentialRecords
from cognito_emu.store.terms import TermsDocuments
from cognito_emu.store.user_data_history import UserDataHistory
from cognito_emu.store.user_imports import UserImports
from cognito_emu.store.user_pools import UserPools
from cognito_emu.store.users import Users


class Tx:
    """One transaction on one connection. `writes` is false where the store was asked for a read only."""

    def __init__(self, connection: Connection, remembered: Remembered, *, writes: bool = True) -> None:
        self.connection = connection
        self.writes = writes
        self.user_pools = UserPools(connection, remembered)
        self.app_clients = AppClients(connection, remembered)
        self.signing_keys = SigningKeys(connection)
        self.users = Users(connection)
        self.groups = Groups(connection)
        self.codes = Codes(connection)
        self.auth_sessions = AuthSessions(connection)
        self.sign_ins = SignIns(connection)
        self.domains = UserPoolDomains(connection, remembered)
        self.resource_servers = ResourceServers(connection)
        self.authorizations = Authorizations(connection)
        self.browser_sessions = BrowserSessions(connection)
        self.software_tokens = SoftwareTokens(connection)
        self.passkeys = Passkeys(connection)
        self.devices = Devices(connection)
        self.identity_pools = IdentityPools(connection)
        self.identities = Identities(connection)
        self.temporary_credentials = TemporaryCredentialRecords(connection)
        self.identity_providers = IdentityProviders(connection)
        self.federated_identities = FederatedIdentities(connection)
        self.ui_customizations = UiCustomizations(connection)
        self.brandings = ManagedLoginBrandings(connection)
        self.terms = TermsDocuments(connection)
        self.log_deliveries = LogDeliveries(connection)
        self.risk_configurations = RiskConfigurations(connection)
        self.auth_events = AuthEvents(connection)
        self.saml_certificates = SamlCertificates(connection)
        self.provisioned_limits = ProvisionedLimits(connection)
        self.functions = Functions(connection)
        self.function_events = FunctionEvents(connection)
        self.layers = Layers(connection)
        self.invocations = Invocations(connection)
        self.user_imports = UserImports(connection)
        self.cimd_policies = CimdPolicies(connection)
        self.recoveries = Recoveries(connection)
        self.user_data_history = UserDataHistory(connection)
        self.replicas = UserPoolReplicas(connection)
        self.iam = IamEntities(connection)
        self.stacks = Stacks(connection)
        self.secrets = Secrets(connection)
        self.ssm_parameters = SsmParameters(connection)
        self.s3_buckets = S3Buckets(connection)
        self.s3_objects = S3Objects(connection)
        self.s3_uploads = S3Uploads(connection)
        self.messages = Messages(connection)
        self.emulator_state = EmulatorState(connection)

# SPDX-License-Identifier: BSD-3-Clause
"""Who plays in tests/rig/settings: the servers with what their smb.conf says, the clients, and the settings that are tried."""
import os
import re
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
NETWORK = '10.11'
KDC = 250
PASSWORD = 'Passw0rd'
CONTENT = 'hello smb world'

# What every server allows before a setting is switched on. Further lines of a server, and of a setting, come after it.
SERVER_CONF = '''[global]
 netbios name = {name}
 workgroup = RIGWG
 interfaces = {address}/16
 bind interfaces only = yes
 private dir = {folder}/private
 lock directory = {folder}/lock
 state directory = {folder}/state
 cache directory = {folder}/cache
 pid directory = {folder}/pid
 ncalrpc dir = {folder}/ncalrpc
 log file = {folder}/smbd.log
 passdb backend = tdbsam:{folder}/private/passdb.tdb
 disable spoolss = yes
 load printers = no
 smb ports = 139 445
 server min protocol = CORE
 map to guest = Bad User
 guest account = nobody
 ntlm auth = ntlmv1-permitted
 lanman auth = yes
 raw NTLMv2 auth = yes
 unix extensions = no
{own}{further}[share]
 path = {folder}/share
 read only = no
 guest ok = yes
{guest_ok}[private]
 path = {folder}/share
 valid users = alice
'''
CLIENT_CONF = '''[global]
 netbios name = RIGCLI
 workgroup = RIGWG
 private dir = {folder}/client
 lock directory = {folder}/client
 state directory = {folder}/client
 cache directory = {folder}/client
 ncalrpc dir = {folder}/client
 client min protocol = NT1
 client max protocol = SMB3
'''
KDC_CONF = '''[kdcdefaults]
 kdc_listen = {kdc}:88
 kdc_tcp_listen = {kdc}:88
[realms]
 RIG.TEST = {{
  database_name = {folder}/principal
  key_stash_file = {folder}/stash
  acl_file = {folder}/kadm5.acl
  disable_pac = true
  supported_enctypes = aes256-cts-hmac-sha1-96:normal arcfour-hmac:normal
 }}
'''
KRB5_CONF = '''[libdefaults]
 default_realm = RIG.TEST
 dns_lookup_realm = false
 dns_lookup_kdc = false
 rdns = false
 dns_canonicalize_hostname = false
 udp_preference_limit = 1
 allow_rc4 = true
{libdefaults}
[realms]
 RIG.TEST = {{
  kdc = {kdc}:88
 }}
[domain_realm]
 .rig.test = RIG.TEST
'''
TABLE_HEAD = '''# Who stops working when a setting is switched on for real (tests/rig/settings makes this table and ../captures/rig-settings.pcap.xz).
# server_end, client_end: with the setting at that end alone `works`, `breaks`, `already` (it did not work before either), `partly`
# (one of several programs stops) or `-` (not tried: that end has no such switch). breaks: by either; `untried`: by neither. status: what was
# seen, for people.
'''

KERBEROS = 'realm = RIG.TEST\nkerberos method = dedicated keytab\ndedicated keytab file = {{folder}}/{name}.keytab'
# name: (last octet, what its smb.conf says beyond SERVER_CONF).
SERVERS = {
    'main': (1, ''),
    'old': (2, 'server max protocol = NT1'),
    'mid': (3, 'server max protocol = SMB2_10'),
    'nosign': (4, 'server signing = disabled'),
    'signok': (5, 'server signing = auto'),
    'sign': (6, 'server signing = mandatory'),
    # No smbd: impacket-server, which asks for plain-text passwords (that of Samba 4.17 refuses each).
    'plain': (7, 'server max protocol = NT1'),
    'krb': (8, KERBEROS.format(name='krb')),
    'krbrc4': (9, KERBEROS.format(name='krbrc4')),
    'gcm': (10, 'server smb3 encryption algorithms = AES-128-GCM'),
    'new': (11, 'server min protocol = SMB2_02'),
}


def indent(lines, folder):
    return ''.join(f' {line.format(folder=folder)}\n' for line in lines.splitlines())


def address(server):
    return f'{NETWORK}.0.{SERVERS[server][0]}'


def kdc_address():
    return f'{NETWORK}.0.{KDC}'


def server_command(name, folder, setting):
    """What is run as a server. The settings of smb.conf say nothing to impacket's but that passwords are to be encrypted."""
    if name != 'plain':
        return ['smbd', '-F', '--no-process-group', '-s', f'{folder}/{name}/smb.conf']
    mode = 'challenge' if setting and 'encrypt passwords = yes' in setting.server else 'plain'
    return [sys.executable, os.path.join(HERE, 'impacket-server'), mode, address(name), f'{folder}/{name}/share']


def principals(folder):
    """Commands of kadmin. krbrc4 has a key of RC4 alone, as a server whose account was never given another."""
    both, rc4 = ('-e', 'aes256-cts-hmac-sha1-96:normal,arcfour-hmac:normal'), ('-e', 'arcfour-hmac:normal')
    yield ['addprinc', '-pw', PASSWORD, *both, 'alice']
    for name, keys in (('krb', both), ('krbrc4', rc4)):
        yield ['addprinc', '-randkey', *keys, f'cifs/{name}.rig.test']
        yield ['ktadd', '-k', f'{folder}/{name}.keytab', *keys, f'cifs/{name}.rig.test']


def status_in(text):
    """What a failed client said."""
    found = re.search(r'(NT_STATUS_(?!OK)\w+)|STATUS_(?!SUCCESS)\w+|SMB SessionError: [^\n]*|\w*Error: [^\n]*', text)
    lines = [line for line in text.split('\n') if line.strip() and 'deprecated' not in line]
    said = found.group(0) if found else lines[-1] if lines else '-'
    return said[:80].replace('\t', ' ').strip()


class Client:
    """A program with an address. `switchable`: has configuration for a setting at its end. `works`: with everything allowed.
    password(): what it is let in with then (the name of the property in a server's posture)."""
    def __init__(self, octet, name, server, switchable, works, wants, krb5):
        self.octet, self.name, self.server, self.switchable, self.works = octet, name, server, switchable, works
        self.wants, self.krb5 = wants, krb5

    def address(self):
        return f'{NETWORK}.1.{self.octet}'


class Smbclient(Client):
    def __init__(self, octet, name, server, protocols, *options, user='alice', share='share', what='get hello.txt -', host=None,
                 works=True, wants=CONTENT, krb5=None):
        super().__init__(octet, name, server, True, works, wants, krb5)
        self.least, self.most = protocols.split('..') if '..' in protocols else (protocols, protocols)
        self.options, self.user, self.share, self.what, self.host = options, user, share, what, host

    def password(self):
        if self.user != 'alice':
            return {'nobody known': 'guest', 'anonymous': 'anonymous'}.get(self.user, 'kerberos' if self.host else 'ntlmv2')
        if PLAIN in self.options:
            return 'plaintext'
        return 'lm' if self.most.startswith('LANMAN') else 'ntlmv1' if NTLMV1 in self.options else 'ntlmv2'

    def command(self, folder, setting):
        login = {'alice': ['-U', f'alice%{PASSWORD}'], 'nobody known': ['-U', 'nosuchuser%x'], 'anonymous': ['-N', '-U', '%'],
                 'kerberos': ['-U', f'RIG.TEST/alice%{PASSWORD}', '--realm=RIG.TEST']}[self.user]
        host = self.host or address(self.server)
        target = ['-L', f'//{host}'] if self.share is None else [f'//{host}/{self.share}', '-c', self.what]
        return ['smbclient', '-s', f'{folder}/client.conf', *login, *target, f'--option=clientminprotocol={self.least}',
                f'--option=clientmaxprotocol={self.most}', *self.options, *setting]


class Impacket(Client):
    def __init__(self, octet, name, server, scenario, port=445, wants=CONTENT, works=True):
        super().__init__(octet, name, server, False, works, wants, None)
        self.scenario, self.port = scenario, port

    def password(self):
        if self.scenario == 'standard':
            return 'plaintext' if self.server == 'plain' else 'ntlmv1'
        return {'lm': 'lm', 'null': 'anonymous'}.get(self.scenario, 'ntlmv2')

    def command(self, folder, setting):
        return [sys.executable, os.path.join(HERE, 'impacket-client'), self.scenario, address(self.server), str(self.port)]


# Options of smbclient. (Names of smb.conf's parameters may be written without blanks.)
NTLMV1 = '--option=clientntlmv2auth=no'
LANMAN = '--option=clientlanmanauth=yes'
NO_SPNEGO = '--option=clientusespnego=no'
NO_ESS = '--option=ntlmssp_client:ntlm2=no'
PLAIN = '--option=clientplaintextauth=yes'
NO_SIGNING = '--option=clientsigning=disabled'
KERBEROS_ONLY = '--use-kerberos=required'
KERBEROS_FIRST = '--use-kerberos=desired'
# In the words of Heimdal, which is in Samba.
RC4_SESSION = ' default_tgs_etypes = arcfour-hmac-md5'
RC4_FIRST = ' default_tgs_etypes = arcfour-hmac-md5 aes256-cts-hmac-sha1-96'

CLIENTS = [
    # Dialects.
    Smbclient(1, 'NT LM 0.12 alone', 'main', 'NT1'),
    Smbclient(2, 'LANMAN1.0 with LM', 'main', 'LANMAN1', NTLMV1, LANMAN),
    Smbclient(3, 'LANMAN2.1 with LM', 'main', 'LANMAN2', NTLMV1, LANMAN),
    Smbclient(4, '2.0.2 alone', 'main', 'SMB2_02'),
    Smbclient(5, '2.1 alone', 'main', 'SMB2_10'),
    Smbclient(6, '3.0 alone', 'main', 'SMB3_00'),
    Smbclient(7, '3.0.2 alone', 'main', 'SMB3_02'),
    Smbclient(8, '3.1.1 alone', 'main', 'SMB3_11'),
    Smbclient(9, 'NT LM 0.12 to 3.1.1', 'main', 'NT1..SMB3_11'),
    Smbclient(10, 'NT LM 0.12 to 3.1.1 (old)', 'old', 'NT1..SMB3_11'),
    Smbclient(10, 'NT LM 0.12 to 3.1.1 (main)', 'main', 'NT1..SMB3_11'),
    Smbclient(11, '2.0.2 to 3.1.1 (mid)', 'mid', 'SMB2_02..SMB3_11'),
    Smbclient(12, 'NT LM 0.12 to 2.1', 'main', 'NT1..SMB2_10'),
    Smbclient(13, 'NT LM 0.12 alone, refused', 'new', 'NT1', works=False),
    Impacket(14, 'impacket 2.0.2', 'main', 'smb2'),
    # Two programs on one machine: only one of them has SMB1 alone.
    Smbclient(15, 'NT LM 0.12 program', 'main', 'NT1'),
    Smbclient(15, '3.1.1 program', 'main', 'SMB2_02..SMB3_11'),
    # Passwords.
    Impacket(20, 'impacket LM alone', 'main', 'lm'),
    Smbclient(21, 'NTLMv1 and LM without SPNEGO', 'main', 'NT1', NTLMV1, LANMAN, NO_SPNEGO),
    Smbclient(22, 'NTLMv1 without LM, without SPNEGO', 'main', 'NT1', NTLMV1, NO_SPNEGO),
    Smbclient(23, 'NTLMv1 in NTLMSSP', 'main', 'NT1', NTLMV1, NO_ESS),
    Smbclient(24, 'NTLMv1 with ESS on 3.1.1', 'main', 'SMB3_11', NTLMV1),
    Smbclient(25, 'NTLMv2 without SPNEGO', 'main', 'NT1', NO_SPNEGO),
    Impacket(26, 'impacket plain text', 'plain', 'standard'),
    Smbclient(28, 'plain text if asked for', 'plain', 'NT1', NTLMV1, LANMAN, PLAIN),
    # Two programs on one machine, with one account: only one of them has no NTLMv2.
    Smbclient(27, 'NTLMv1 program', 'main', 'SMB3_11', NTLMV1),
    Smbclient(27, 'NTLMv2 program', 'main', 'SMB3_11'),
    # Guests and nobody.
    Smbclient(30, 'guest on NT LM 0.12', 'main', 'NT1', user='nobody known'),
    Smbclient(31, 'guest on 3.1.1', 'main', 'SMB3_11', user='nobody known'),
    Smbclient(32, 'guest on 2.1', 'main', 'SMB2_10', user='nobody known'),
    Smbclient(33, 'anonymous on NT LM 0.12', 'main', 'NT1', user='anonymous'),
    Smbclient(34, 'anonymous on 3.1.1', 'main', 'SMB3_11', user='anonymous'),
    Smbclient(35, 'anonymous list of shares', 'main', 'SMB3_11', user='anonymous', share=None, wants='private'),
    Impacket(36, 'impacket null session', 'main', 'null', wants='IPC$ connected'),
    Smbclient(37, 'guest let in to nothing', 'main', 'SMB3_11', user='nobody known', share='private', works=False),
    # Signing.
    Smbclient(40, 'NT LM 0.12 that never signs', 'signok', 'NT1', NO_SIGNING),
    Smbclient(41, 'NT LM 0.12 that signs if it must', 'signok', 'NT1', '--option=clientsigning=if_required'),
    Smbclient(42, 'NT LM 0.12 that signs always', 'signok', 'NT1', '--option=clientsigning=required'),
    Smbclient(43, 'NT LM 0.12 (no signing there)', 'nosign', 'NT1'),
    Smbclient(44, '3.1.1 (no signing there)', 'nosign', 'SMB3_11'),
    Smbclient(45, 'NT LM 0.12 that never signs, refused', 'sign', 'NT1', NO_SIGNING, works=False),
    Smbclient(46, '3.1.1 that signs if it must', 'main', 'SMB3_11', NO_SIGNING),
    Smbclient(47, '2.1 (signing there)', 'sign', 'SMB2_10'),
    # Encryption.
    Smbclient(50, '3.1.1 with AES-128-CCM alone', 'gcm', 'SMB3_11', '--option=clientsmb3encryptionalgorithms=AES-128-CCM'),
    Smbclient(51, '3.1.1 (AES-128-GCM there)', 'gcm', 'SMB3_11'),
    Smbclient(53, '3.1.1 without encryption', 'main', 'SMB3_11', '--option=clientsmbencrypt=off'),
    # Kerberos.
    Smbclient(60, 'Kerberos on 3.1.1', 'krb', 'SMB3_11', KERBEROS_ONLY, user='kerberos', host='krb.rig.test'),
    Smbclient(61, 'Kerberos on NT LM 0.12', 'krb', 'NT1', KERBEROS_ONLY, user='kerberos', host='krb.rig.test'),
    Smbclient(62, 'NTLMv2 (Kerberos there)', 'krb', 'SMB3_11'),
    Smbclient(63, 'Kerberos by name', 'krb', 'SMB3_11', KERBEROS_FIRST, user='kerberos', host='krb.rig.test'),
    Smbclient(63, 'NTLMv2 by address', 'krbrc4', 'SMB3_11', KERBEROS_FIRST, user='kerberos'),
    Smbclient(64, 'Kerberos, server with an RC4 key alone', 'krbrc4', 'SMB3_11', KERBEROS_ONLY, user='kerberos', host='krbrc4.rig.test'),
    Smbclient(65, 'Kerberos, client asks for RC4 alone', 'krb', 'SMB3_11', KERBEROS_ONLY, user='kerberos', host='krb.rig.test',
              krb5=RC4_SESSION),
    Smbclient(66, 'Kerberos, client asks for RC4 first', 'krb', 'SMB3_11', KERBEROS_ONLY, user='kerberos', host='krb.rig.test',
              krb5=RC4_FIRST),
    # Ports.
    Smbclient(70, 'NT LM 0.12 on port 139', 'main', 'NT1', '-p', '139'),
    Smbclient(71, '3.1.1 on port 139', 'main', 'SMB3_11', '-p', '139'),
    Smbclient(72, 'list of shares, then the browser on port 139', 'main', 'NT1', share=None, wants='private'),
]

PROTOCOLS = {'smb1=off': 'SMB2_02', 'min-dialect=3.0': 'SMB3_00', 'min-dialect=3.1.1': 'SMB3_11'}
ORDER = ('NT1', 'SMB2_02', 'SMB2_10', 'SMB3_00', 'SMB3_02', 'SMB3_11')


class Setting:
    """A setting of `audit --if`, and how Samba's configuration has it. `guest_ok` goes into [share]. `without` (a function): clients for
    whom a way to switch it on says nothing, as it stops more than the setting does."""
    def __init__(self, name, server='', client=(), krb5='', guest_ok='', without=None, least=None):
        self.name, self.server, self.client, self.krb5, self.guest_ok = name, server, list(client), krb5, guest_ok
        self.without, self.least = without, least
        self.ends = ([] if not (server or krb5 or guest_ok) else ['server']) + (['client'] if client else [])

    def can(self, client):
        """Whether it is tried at the server of a client."""
        if client.server == 'plain' and self.name != 'plaintext=off':
            return False
        return not (self.without and self.without(client)) and self.fits(client.server)

    def fits(self, server):
        """No server whose highest dialect is below the setting can have it."""
        highest = re.search(r'max protocol = (\w+)', SERVERS[server][1])
        return not self.least or not highest or ORDER.index(highest.group(1)) >= ORDER.index(self.least)

    def at_server(self, name):
        return self.server if self.fits(name) else ''


SETTINGS = [
    *(Setting(name, f'server min protocol = {least}', [f'--option=clientminprotocol={least}'], least=least)
      for name, least in PROTOCOLS.items()),
    Setting('signing=required', 'server signing = mandatory', ['--option=clientsigning=required', '--option=clientipcsigning=required']),
    # The server (impacket's) sends a challenge then.
    Setting('plaintext=off', 'encrypt passwords = yes', ['--option=clientplaintextauth=no']),
    Setting('lm=off', 'lanman auth = no'),
    Setting('ntlmv1=off', 'ntlm auth = ntlmv2-only'),
    Setting('ntlm=off', 'ntlm auth = disabled'),
    Setting('guest=off', 'map to guest = never'),
    # IPC$ has one switch, shares another, which stops guests as well: that is guest=off.
    Setting('anonymous=off', 'restrict anonymous = 2'),
    Setting('anonymous=off', guest_ok='guest ok = no', without=lambda c: getattr(c, 'user', '') == 'nobody known'),
    Setting('encryption=required', 'server smb encrypt = required', ['--option=clientsmbencrypt=required']),
    # At the KDC, the servers and those clients that have no configuration of their own, at once: it is the domain's.
    Setting('rc4=off', krb5=' permitted_enctypes = aes256-cts-hmac-sha1-96'),
    Setting('netbios=off', 'smb ports = 445'),
]

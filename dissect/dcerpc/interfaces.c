/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The interfaces commonly used over named pipes, with their operations in the order of their
 * opnums: [MS-SRVS] 3.1.4, [MS-WKST] 3.2.4, [MS-LSAD] 3.1.4 with [MS-LSAT] 3.1.4, [MS-SAMR] 3.1.5,
 * [MS-NRPC] 3.5.4, [MS-RRP] 3.1.5, [MS-SCMR] 3.1.4, [MS-RPRN] 3.1.4, [MS-TSCH] 3.2.5.2, C706
 * appendix O, [MS-BRWSA] 3.1.4, [MS-DSSP] 3.2.5, [MS-EVEN] 3.1.4, [MS-EFSR] 3.1.4, [MS-DFSNM]
 * 3.1.4, [MS-TSCH] 3.2.5.3 and 3.2.5.4, [MS-DRSR] 4, [MS-PAR] 3.1.4, [MS-FSRVP] 3.1.4, [MS-BKRP]
 * 3.1.4, [MS-EVEN6] 3.1.4, [MS-SWN] 3.1.4, [MS-RSP] 3.2.4, C706 appendix Q. An operation that no document names
 * is NULL here and shown by its number.
 */
#include "dissect/dcerpc/pdu.h"

/* clang-format off */
static const char *const srvsvc[] = {
	"NetrCharDevEnum", "NetrCharDevGetInfo", "NetrCharDevControl", "NetrCharDevQEnum",
	"NetrCharDevQGetInfo", "NetrCharDevQSetInfo", "NetrCharDevQPurge", "NetrCharDevQPurgeSelf",
	"NetrConnectionEnum", "NetrFileEnum", "NetrFileGetInfo", "NetrFileClose",
	"NetrSessionEnum", "NetrSessionDel", "NetrShareAdd", "NetrShareEnum",
	"NetrShareGetInfo", "NetrShareSetInfo", "NetrShareDel", "NetrShareDelSticky",
	"NetrShareCheck", "NetrServerGetInfo", "NetrServerSetInfo", "NetrServerDiskEnum",
	"NetrServerStatisticsGet", "NetrServerTransportAdd", "NetrServerTransportEnum",
	"NetrServerTransportDel", "NetrRemoteTOD", "NetrServerSetServiceBits", "NetprPathType",
	"NetprPathCanonicalize", "NetprPathCompare", "NetprNameValidate", "NetprNameCanonicalize",
	"NetprNameCompare", "NetrShareEnumSticky", "NetrShareDelStart", "NetrShareDelCommit",
	"NetrpGetFileSecurity", "NetrpSetFileSecurity", "NetrServerTransportAddEx",
	"NetrServerSetServiceBitsEx", "NetrDfsGetVersion", "NetrDfsCreateLocalPartition",
	"NetrDfsDeleteLocalPartition", "NetrDfsSetLocalVolumeState", "NetrDfsSetServerInfo",
	"NetrDfsCreateExitPoint", "NetrDfsDeleteExitPoint", "NetrDfsModifyPrefix",
	"NetrDfsFixLocalVolume", "NetrDfsManagerReportSiteInfo", "NetrServerTransportDelEx",
	"NetrServerAliasAdd", "NetrServerAliasEnum", "NetrServerAliasDel", "NetrShareDelEx",
};

static const char *const wkssvc[] = {
	"NetrWkstaGetInfo", "NetrWkstaSetInfo", "NetrWkstaUserEnum", "NetrWkstaUserGetInfo",
	"NetrWkstaUserSetInfo", "NetrWkstaTransportEnum", "NetrWkstaTransportAdd",
	"NetrWkstaTransportDel", "NetrUseAdd", "NetrUseGetInfo", "NetrUseDel", "NetrUseEnum",
	"NetrMessageBufferSend", "NetrWorkstationStatisticsGet", "NetrLogonDomainNameAdd",
	"NetrLogonDomainNameDel", "NetrJoinDomain", "NetrUnjoinDomain",
	"NetrRenameMachineInDomain", "NetrValidateName", "NetrGetJoinInformation",
	"NetrGetJoinableOUs", "NetrJoinDomain2", "NetrUnjoinDomain2",
	"NetrRenameMachineInDomain2", "NetrValidateName2", "NetrGetJoinableOUs2",
	"NetrAddAlternateComputerName", "NetrRemoveAlternateComputerName",
	"NetrSetPrimaryComputerName", "NetrEnumerateComputerNames",
};

static const char *const lsarpc[] = {
	"LsarClose", "LsarDelete", "LsarEnumeratePrivileges", "LsarQuerySecurityObject",
	"LsarSetSecurityObject", "LsarChangePassword", "LsarOpenPolicy",
	"LsarQueryInformationPolicy", "LsarSetInformationPolicy", "LsarClearAuditLog",
	"LsarCreateAccount", "LsarEnumerateAccounts", "LsarCreateTrustedDomain",
	"LsarEnumerateTrustedDomains", "LsarLookupNames", "LsarLookupSids", "LsarCreateSecret",
	"LsarOpenAccount", "LsarEnumeratePrivilegesAccount", "LsarAddPrivilegesToAccount",
	"LsarRemovePrivilegesFromAccount", "LsarGetQuotasForAccount", "LsarSetQuotasForAccount",
	"LsarGetSystemAccessAccount", "LsarSetSystemAccessAccount", "LsarOpenTrustedDomain",
	"LsarQueryInfoTrustedDomain", "LsarSetInformationTrustedDomain", "LsarOpenSecret",
	"LsarSetSecret", "LsarQuerySecret", "LsarLookupPrivilegeValue", "LsarLookupPrivilegeName",
	"LsarLookupPrivilegeDisplayName", "LsarDeleteObject", "LsarEnumerateAccountsWithUserRight",
	"LsarEnumerateAccountRights", "LsarAddAccountRights", "LsarRemoveAccountRights",
	"LsarQueryTrustedDomainInfo", "LsarSetTrustedDomainInfo", "LsarDeleteTrustedDomain",
	"LsarStorePrivateData", "LsarRetrievePrivateData", "LsarOpenPolicy2", "LsarGetUserName",
	"LsarQueryInformationPolicy2", "LsarSetInformationPolicy2",
	"LsarQueryTrustedDomainInfoByName", "LsarSetTrustedDomainInfoByName",
	"LsarEnumerateTrustedDomainsEx", "LsarCreateTrustedDomainEx", "LsarCloseTrustedDomainEx",
	"LsarQueryDomainInformationPolicy", "LsarSetDomainInformationPolicy",
	"LsarOpenTrustedDomainByName", "LsarTestCall", "LsarLookupSids2", "LsarLookupNames2",
	"LsarCreateTrustedDomainEx2", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
	"LsarLookupNames3", NULL, NULL, NULL, NULL, "LsarQueryForestTrustInformation",
	"LsarSetForestTrustInformation", NULL, "LsarLookupSids3", "LsarLookupNames4",
};

static const char *const samr[] = {
	"SamrConnect", "SamrCloseHandle", "SamrSetSecurityObject", "SamrQuerySecurityObject",
	"SamrShutdownSamServer", "SamrLookupDomainInSamServer", "SamrEnumerateDomainsInSamServer",
	"SamrOpenDomain", "SamrQueryInformationDomain", "SamrSetInformationDomain",
	"SamrCreateGroupInDomain", "SamrEnumerateGroupsInDomain", "SamrCreateUserInDomain",
	"SamrEnumerateUsersInDomain", "SamrCreateAliasInDomain", "SamrEnumerateAliasesInDomain",
	"SamrGetAliasMembership", "SamrLookupNamesInDomain", "SamrLookupIdsInDomain",
	"SamrOpenGroup", "SamrQueryInformationGroup", "SamrSetInformationGroup",
	"SamrAddMemberToGroup", "SamrDeleteGroup", "SamrRemoveMemberFromGroup",
	"SamrGetMembersInGroup", "SamrSetMemberAttributesOfGroup", "SamrOpenAlias",
	"SamrQueryInformationAlias", "SamrSetInformationAlias", "SamrDeleteAlias",
	"SamrAddMemberToAlias", "SamrRemoveMemberFromAlias", "SamrGetMembersInAlias",
	"SamrOpenUser", "SamrDeleteUser", "SamrQueryInformationUser", "SamrSetInformationUser",
	"SamrChangePasswordUser", "SamrGetGroupsForUser", "SamrQueryDisplayInformation",
	"SamrGetDisplayEnumerationIndex", "SamrTestPrivateFunctionsDomain",
	"SamrTestPrivateFunctionsUser", "SamrGetUserDomainPasswordInformation",
	"SamrRemoveMemberFromForeignDomain", "SamrQueryInformationDomain2",
	"SamrQueryInformationUser2", "SamrQueryDisplayInformation2",
	"SamrGetDisplayEnumerationIndex2", "SamrCreateUser2InDomain",
	"SamrQueryDisplayInformation3", "SamrAddMultipleMembersToAlias",
	"SamrRemoveMultipleMembersFromAlias", "SamrOemChangePasswordUser2",
	"SamrUnicodeChangePasswordUser2", "SamrGetDomainPasswordInformation", "SamrConnect2",
	"SamrSetInformationUser2", "SamrSetBootKeyInformation", "SamrGetBootKeyInformation",
	"SamrConnect3", "SamrConnect4", "SamrUnicodeChangePasswordUser3", "SamrConnect5",
	"SamrRidToSid", "SamrSetDSRMPassword", "SamrValidatePassword",
	"SamrQueryLocalizableAccountsInDomain", "SamrPerformGenericOperation", NULL, NULL, NULL,
	"SamrUnicodeChangePasswordUser4",
};

static const char *const netlogon[] = {
	"NetrLogonUasLogon", "NetrLogonUasLogoff", "NetrLogonSamLogon", "NetrLogonSamLogoff",
	"NetrServerReqChallenge", "NetrServerAuthenticate", "NetrServerPasswordSet",
	"NetrDatabaseDeltas", "NetrDatabaseSync", "NetrAccountDeltas", "NetrAccountSync",
	"NetrGetDCName", "NetrLogonControl", "NetrGetAnyDCName", "NetrLogonControl2",
	"NetrServerAuthenticate2", "NetrDatabaseSync2", "NetrDatabaseRedo", "NetrLogonControl2Ex",
	"NetrEnumerateTrustedDomains", "DsrGetDcName", "NetrLogonGetCapabilities",
	"NetrLogonSetServiceBits", "NetrLogonGetTrustRid", "NetrLogonComputeServerDigest",
	"NetrLogonComputeClientDigest", "NetrServerAuthenticate3", "DsrGetDcNameEx",
	"DsrGetSiteName", "NetrLogonGetDomainInfo", "NetrServerPasswordSet2",
	"NetrServerPasswordGet", "NetrLogonSendToSam", "DsrAddressToSiteNamesW",
	"DsrGetDcNameEx2", "NetrLogonGetTimeServiceParentDomain", "NetrEnumerateTrustedDomainsEx",
	"DsrAddressToSiteNamesExW", "DsrGetDcSiteCoverageW", "NetrLogonSamLogonEx",
	"DsrEnumerateDomainTrusts", "DsrDeregisterDnsHostRecords", "NetrServerTrustPasswordsGet",
	"DsrGetForestTrustInformation", "NetrGetForestTrustInformation",
	"NetrLogonSamLogonWithFlags", "NetrServerGetTrustInfo", NULL,
	"DsrUpdateReadOnlyServerDnsRecords",
};

static const char *const winreg[] = {
	"OpenClassesRoot", "OpenCurrentUser", "OpenLocalMachine", "OpenPerformanceData",
	"OpenUsers", "BaseRegCloseKey", "BaseRegCreateKey", "BaseRegDeleteKey",
	"BaseRegDeleteValue", "BaseRegEnumKey", "BaseRegEnumValue", "BaseRegFlushKey",
	"BaseRegGetKeySecurity", "BaseRegLoadKey", NULL, "BaseRegOpenKey", "BaseRegQueryInfoKey",
	"BaseRegQueryValue", "BaseRegReplaceKey", "BaseRegRestoreKey", "BaseRegSaveKey",
	"BaseRegSetKeySecurity", "BaseRegSetValue", "BaseRegUnLoadKey",
	"BaseInitiateSystemShutdown", "BaseAbortSystemShutdown", "BaseRegGetVersion",
	"OpenCurrentConfig", NULL, "BaseRegQueryMultipleValues", "BaseInitiateSystemShutdownEx",
	"BaseRegSaveKeyEx", "OpenPerformanceText", "OpenPerformanceNlsText",
	"BaseRegQueryMultipleValues2", "BaseRegDeleteKeyEx",
};

static const char *const svcctl[] = {
	"RCloseServiceHandle", "RControlService", "RDeleteService", "RLockServiceDatabase",
	"RQueryServiceObjectSecurity", "RSetServiceObjectSecurity", "RQueryServiceStatus",
	"RSetServiceStatus", "RUnlockServiceDatabase", "RNotifyBootConfigStatus", NULL,
	"RChangeServiceConfigW", "RCreateServiceW", "REnumDependentServicesW",
	"REnumServicesStatusW", "ROpenSCManagerW", "ROpenServiceW", "RQueryServiceConfigW",
	"RQueryServiceLockStatusW", "RStartServiceW", "RGetServiceDisplayNameW",
	"RGetServiceKeyNameW", NULL, "RChangeServiceConfigA", "RCreateServiceA",
	"REnumDependentServicesA", "REnumServicesStatusA", "ROpenSCManagerA", "ROpenServiceA",
	"RQueryServiceConfigA", "RQueryServiceLockStatusA", "RStartServiceA",
	"RGetServiceDisplayNameA", "RGetServiceKeyNameA", NULL, "REnumServiceGroupW",
	"RChangeServiceConfig2A", "RChangeServiceConfig2W", "RQueryServiceConfig2A",
	"RQueryServiceConfig2W", "RQueryServiceStatusEx", "REnumServicesStatusExA",
	"REnumServicesStatusExW", NULL, "RCreateServiceWOW64A", "RCreateServiceWOW64W", NULL,
	"RNotifyServiceStatusChange", "RGetNotifyResults", "RCloseNotifyHandle",
	"RControlServiceExA", "RControlServiceExW", NULL, NULL, NULL, NULL,
	"RQueryServiceConfigEx", NULL, NULL, NULL, "RCreateWowService", NULL, NULL, NULL,
	"ROpenSCManager2",
};

static const char *const spoolss[] = {
	"RpcEnumPrinters", "RpcOpenPrinter", "RpcSetJob", "RpcGetJob", "RpcEnumJobs",
	"RpcAddPrinter", "RpcDeletePrinter", "RpcSetPrinter", "RpcGetPrinter",
	"RpcAddPrinterDriver", "RpcEnumPrinterDrivers", "RpcGetPrinterDriver",
	"RpcGetPrinterDriverDirectory", "RpcDeletePrinterDriver", "RpcAddPrintProcessor",
	"RpcEnumPrintProcessors", "RpcGetPrintProcessorDirectory", "RpcStartDocPrinter",
	"RpcStartPagePrinter", "RpcWritePrinter", "RpcEndPagePrinter", "RpcAbortPrinter",
	"RpcReadPrinter", "RpcEndDocPrinter", "RpcAddJob", "RpcScheduleJob",
	"RpcGetPrinterData", "RpcSetPrinterData", "RpcWaitForPrinterChange", "RpcClosePrinter",
	"RpcAddForm", "RpcDeleteForm", "RpcGetForm", "RpcSetForm", "RpcEnumForms",
	"RpcEnumPorts", "RpcEnumMonitors", NULL, NULL, "RpcDeletePort", "RpcCreatePrinterIC",
	"RpcPlayGdiScriptOnPrinterIC", "RpcDeletePrinterIC", NULL, NULL, NULL,
	"RpcDeletePrintProvidor" /* sic */, NULL, "RpcDeletePrintProcessor", NULL, NULL, NULL,
	"RpcResetPrinter", "RpcGetPrinterDriver2", NULL, NULL,
	"RpcFindClosePrinterChangeNotification", NULL, "RpcReplyOpenPrinter",
	"RpcRouterReplyPrinter", "RpcReplyClosePrinter", "RpcAddPortEx",
	"RpcRemoteFindFirstPrinterChangeNotification", NULL, NULL,
	"RpcRemoteFindFirstPrinterChangeNotificationEx", "RpcRouterReplyPrinterEx",
	"RpcRouterRefreshPrinterChangeNotification", NULL, "RpcOpenPrinterEx",
	"RpcAddPrinterEx", "RpcSetPort", "RpcEnumPrinterData", "RpcDeletePrinterData", NULL,
	NULL, NULL, "RpcSetPrinterDataEx", "RpcGetPrinterDataEx", "RpcEnumPrinterDataEx",
	"RpcEnumPrinterKey", "RpcDeletePrinterDataEx", "RpcDeletePrinterKey", NULL,
	"RpcDeletePrinterDriverEx", "RpcAddPerMachineConnection",
	"RpcDeletePerMachineConnection", "RpcEnumPerMachineConnections", "RpcXcvData",
	"RpcAddPrinterDriverEx", NULL, NULL, NULL, NULL, NULL, NULL, "RpcFlushPrinter",
	"RpcSendRecvBidiData", NULL, NULL, NULL, NULL, "RpcGetCorePrinterDrivers", NULL,
	"RpcGetPrinterDriverPackagePath", NULL, NULL, NULL, NULL, NULL,
	"RpcGetJobNamedPropertyValue", "RpcSetJobNamedProperty", "RpcDeleteJobNamedProperty",
	"RpcEnumJobNamedProperties", NULL, NULL, "RpcLogJobInfoForBranchOffice",
};

static const char *const atsvc[] = {
	"NetrJobAdd", "NetrJobDel", "NetrJobEnum", "NetrJobGetInfo",
};

static const char *const epmapper[] = {
	"ept_insert", "ept_delete", "ept_lookup", "ept_map", "ept_lookup_handle_free",
	"ept_inq_object", "ept_mgmt_delete",
};

static const char *const browser[] = {
	"I_BrowserrServerEnum", "I_BrowserrDebugCall", "I_BrowserrQueryOtherDomains",
	"I_BrowserrResetNetlogonState", "I_BrowserrDebugTrace", "I_BrowserrQueryStatistics",
	"I_BrowserrResetStatistics", "NetrBrowserStatisticsClear", "NetrBrowserStatisticsGet",
	"I_BrowserrSetNetlogonState", "I_BrowserrQueryEmulatedDomains", "I_BrowserrServerEnumEx",
};

static const char *const dssetup[] = {
	"DsRolerGetPrimaryDomainInformation", "DsRolerDnsNameToFlatName", "DsRolerDcAsDc",
	"DsRolerDcAsReplica", "DsRolerDemoteDc", "DsRolerGetDcOperationProgress",
	"DsRolerGetDcOperationResults", "DsRolerCancel",
	"DsRolerServerSaveStateForUpgrade", "DsRolerUpgradeDownlevelServer",
	"DsRolerAbortDownlevelServerUpgrade",
};

static const char *const eventlog[] = {
	"ElfrClearELFW", "ElfrBackupELFW", "ElfrCloseEL", "ElfrDeregisterEventSource",
	"ElfrNumberOfRecords", "ElfrOldestRecord", "ElfrChangeNotify", "ElfrOpenELW",
	"ElfrRegisterEventSourceW", "ElfrOpenBELW", "ElfrReadELW", "ElfrReportEventW",
	"ElfrClearELFA", "ElfrBackupELFA", "ElfrOpenELA", "ElfrRegisterEventSourceA",
	"ElfrOpenBELA", "ElfrReadELA", "ElfrReportEventA", "ElfrRegisterClusterSvc",
	"ElfrDeregisterClusterSvc", "ElfrWriteClusterEvents", "ElfrGetLogInformation",
	"ElfrFlushEL", "ElfrReportEventAndSourceW",
};

/*
 * No Microsoft protocol document describes it; the names are those of the service's published
 * interface.
 */
static const char *const ntsvcs[] = {
	"PNP_Disconnect", "PNP_Connect", "PNP_GetVersion", "PNP_GetGlobalState",
	"PNP_InitDetection", "PNP_ReportLogOn", "PNP_ValidateDeviceInstance",
	"PNP_GetRootDeviceInstance", "PNP_GetRelatedDeviceInstance",
	"PNP_EnumerateSubKeys", "PNP_GetDeviceList", "PNP_GetDeviceListSize", "PNP_GetDepth",
	"PNP_GetDeviceRegProp", "PNP_SetDeviceRegProp", "PNP_GetClassInstance",
	"PNP_CreateKey", "PNP_DeleteRegistryKey", "PNP_GetClassCount", "PNP_GetClassName",
	"PNP_DeleteClassKey", "PNP_GetInterfaceDeviceAlias", "PNP_GetInterfaceDeviceList",
	"PNP_GetInterfaceDeviceListSize", "PNP_RegisterDeviceClassAssociation",
	"PNP_UnregisterDeviceClassAssociation", "PNP_GetClassRegProp", "PNP_SetClassRegProp",
	"PNP_CreateDevInst", "PNP_DeviceInstanceAction", "PNP_GetDeviceStatus",
	"PNP_SetDeviceProblem", "PNP_DisableDevInst", "PNP_UninstallDevInst", "PNP_AddID",
	"PNP_RegisterDriver", "PNP_QueryRemove", "PNP_RequestDeviceEject",
	"PNP_IsDockStationPresent", "PNP_RequestEjectPC", "PNP_HwProfFlags",
	"PNP_GetHwProfInfo", "PNP_AddEmptyLogConf", "PNP_FreeLogConf", "PNP_GetFirstLogConf",
	"PNP_GetNextLogConf", "PNP_GetLogConfPriority", "PNP_AddResDes", "PNP_FreeResDes",
	"PNP_GetNextResDes", "PNP_GetResDesData", "PNP_GetResDesDataSize", "PNP_ModifyResDes",
	"PNP_DetectResourceConflict", "PNP_QueryResConfList", "PNP_SetHwProf",
	"PNP_QueryArbitratorFreeData", "PNP_QueryArbitratorFreeSize", "PNP_RunDetection",
	"PNP_RegisterNotification", "PNP_UnregisterNotification", "PNP_GetCustomDevProp",
	"PNP_GetVersionInternal", "PNP_GetBlockedDriverInfo",
	"PNP_GetServerSideDeviceInstallFlags",
};

static const char *const efsrpc[] = {
	"EfsRpcOpenFileRaw", "EfsRpcReadFileRaw", "EfsRpcWriteFileRaw", "EfsRpcCloseRaw",
	"EfsRpcEncryptFileSrv", "EfsRpcDecryptFileSrv", "EfsRpcQueryUsersOnFile",
	"EfsRpcQueryRecoveryAgents", "EfsRpcRemoveUsersFromFile", "EfsRpcAddUsersToFile", NULL,
	"EfsRpcNotSupported", "EfsRpcFileKeyInfo", "EfsRpcDuplicateEncryptionInfoFile", NULL,
	"EfsRpcAddUsersToFileEx", "EfsRpcFileKeyInfoEx", NULL, "EfsRpcGetEncryptedFileMetadata",
	"EfsRpcSetEncryptedFileMetadata", "EfsRpcFlushEfsCache", "EfsRpcEncryptFileExSrv",
	"EfsRpcQueryProtectors",
};

static const char *const dfsnm[] = {
	"NetrDfsManagerGetVersion", "NetrDfsAdd", "NetrDfsRemove", "NetrDfsSetInfo",
	"NetrDfsGetInfo", "NetrDfsEnum", "NetrDfsMove", NULL, NULL, NULL, "NetrDfsAddFtRoot",
	"NetrDfsRemoveFtRoot", "NetrDfsAddStdRoot", "NetrDfsRemoveStdRoot",
	"NetrDfsManagerInitialize", "NetrDfsAddStdRootForced", "NetrDfsGetDcAddress",
	"NetrDfsSetDcAddress", "NetrDfsFlushFtTable", "NetrDfsAdd2", "NetrDfsRemove2",
	"NetrDfsEnumEx", "NetrDfsSetInfo2",
};

static const char *const task_scheduler[] = {
	"SchRpcHighestVersion", "SchRpcRegisterTask", "SchRpcRetrieveTask", "SchRpcCreateFolder",
	"SchRpcSetSecurity", "SchRpcGetSecurity", "SchRpcEnumFolders", "SchRpcEnumTasks",
	"SchRpcEnumInstances", "SchRpcGetInstanceInfo", "SchRpcStopInstance", "SchRpcStop",
	"SchRpcRun", "SchRpcDelete", "SchRpcRename", "SchRpcScheduledRuntimes",
	"SchRpcGetLastRunInfo", "SchRpcGetTaskInfo", "SchRpcGetNumberOfMissedRuns",
	"SchRpcEnableTask",
};

static const char *const sasec[] = {
	"SASetAccountInformation", "SASetNSAccountInformation", "SAGetNSAccountInformation",
	"SAGetAccountInformation",
};

static const char *const drsuapi[] = {
	"IDL_DRSBind", "IDL_DRSUnbind", "IDL_DRSReplicaSync", "IDL_DRSGetNCChanges",
	"IDL_DRSUpdateRefs", "IDL_DRSReplicaAdd", "IDL_DRSReplicaDel", "IDL_DRSReplicaModify",
	"IDL_DRSVerifyNames", "IDL_DRSGetMemberships", "IDL_DRSInterDomainMove",
	"IDL_DRSGetNT4ChangeLog", "IDL_DRSCrackNames", "IDL_DRSWriteSPN", "IDL_DRSRemoveDsServer",
	"IDL_DRSRemoveDsDomain", "IDL_DRSDomainControllerInfo", "IDL_DRSAddEntry",
	"IDL_DRSExecuteKCC", "IDL_DRSGetReplInfo", "IDL_DRSAddSidHistory",
	"IDL_DRSGetMemberships2", "IDL_DRSReplicaVerifyObjects", "IDL_DRSGetObjectExistence",
	"IDL_DRSQuerySitesByCost", "IDL_DRSInitDemotion", "IDL_DRSReplicaDemotion",
	"IDL_DRSFinishDemotion", "IDL_DRSAddCloneDC", "IDL_DRSWriteNgcKey", "IDL_DRSReadNgcKey",
};

static const char *const dsaop[] = {
	"IDL_DSAPrepareScript", "IDL_DSAExecuteScript",
};

static const char *const remote_winspool[] = {
	"RpcAsyncOpenPrinter", "RpcAsyncAddPrinter", "RpcAsyncSetJob", "RpcAsyncGetJob",
	"RpcAsyncEnumJobs", "RpcAsyncAddJob", "RpcAsyncScheduleJob", "RpcAsyncDeletePrinter",
	"RpcAsyncSetPrinter", "RpcAsyncGetPrinter", "RpcAsyncStartDocPrinter",
	"RpcAsyncStartPagePrinter", "RpcAsyncWritePrinter", "RpcAsyncEndPagePrinter",
	"RpcAsyncEndDocPrinter", "RpcAsyncAbortPrinter", "RpcAsyncGetPrinterData",
	"RpcAsyncGetPrinterDataEx", "RpcAsyncSetPrinterData", "RpcAsyncSetPrinterDataEx",
	"RpcAsyncClosePrinter", "RpcAsyncAddForm", "RpcAsyncDeleteForm", "RpcAsyncGetForm",
	"RpcAsyncSetForm", "RpcAsyncEnumForms", "RpcAsyncGetPrinterDriver",
	"RpcAsyncEnumPrinterData", "RpcAsyncEnumPrinterDataEx", "RpcAsyncEnumPrinterKey",
	"RpcAsyncDeletePrinterData", "RpcAsyncDeletePrinterDataEx", "RpcAsyncDeletePrinterKey",
	"RpcAsyncXcvData", "RpcAsyncSendRecvBidiData", "RpcAsyncCreatePrinterIC",
	"RpcAsyncPlayGdiScriptOnPrinterIC", "RpcAsyncDeletePrinterIC", "RpcAsyncEnumPrinters",
	"RpcAsyncAddPrinterDriver", "RpcAsyncEnumPrinterDrivers",
	"RpcAsyncGetPrinterDriverDirectory", "RpcAsyncDeletePrinterDriver",
	"RpcAsyncDeletePrinterDriverEx", "RpcAsyncAddPrintProcessor",
	"RpcAsyncEnumPrintProcessors", "RpcAsyncGetPrintProcessorDirectory", "RpcAsyncEnumPorts",
	"RpcAsyncEnumMonitors", "RpcAsyncAddPort", "RpcAsyncSetPort", "RpcAsyncAddMonitor",
	"RpcAsyncDeleteMonitor", "RpcAsyncDeletePrintProcessor",
	"RpcAsyncEnumPrintProcessorDatatypes", "RpcAsyncAddPerMachineConnection",
	"RpcAsyncDeletePerMachineConnection", "RpcAsyncEnumPerMachineConnections",
	"RpcSyncRegisterForRemoteNotifications", "RpcSyncUnRegisterForRemoteNotifications",
	"RpcSyncRefreshRemoteNotifications", "RpcAsyncGetRemoteNotifications",
	"RpcAsyncInstallPrinterDriverFromPackage", "RpcAsyncUploadPrinterDriverPackage",
	"RpcAsyncGetCorePrinterDrivers", "RpcAsyncCorePrinterDriverInstalled",
	"RpcAsyncGetPrinterDriverPackagePath", "RpcAsyncDeletePrinterDriverPackage",
	"RpcAsyncReadPrinter", "RpcAsyncResetPrinter", "RpcAsyncGetJobNamedPropertyValue",
	"RpcAsyncSetJobNamedProperty", "RpcAsyncDeleteJobNamedProperty",
	"RpcAsyncEnumJobNamedProperties", "RpcAsyncLogJobInfoForBranchOffice",
};

static const char *const fsrvp[] = {
	"GetSupportedVersion", "SetContext", "StartShadowCopySet", "AddToShadowCopySet",
	"CommitShadowCopySet", "ExposeShadowCopySet", "RecoveryCompleteShadowCopySet",
	"AbortShadowCopySet", "IsPathSupported", "IsPathShadowCopied", "GetShareMapping",
	"DeleteShareMapping", "PrepareShadowCopySet",
};

static const char *const bkrp[] = {
	"BackuprKey",
};

static const char *const even6[] = {
	"EvtRpcRegisterRemoteSubscription", "EvtRpcRemoteSubscriptionNextAsync",
	"EvtRpcRemoteSubscriptionNext", "EvtRpcRemoteSubscriptionWaitAsync",
	"EvtRpcRegisterControllableOperation", "EvtRpcRegisterLogQuery", "EvtRpcClearLog",
	"EvtRpcExportLog", "EvtRpcLocalizeExportLog", "EvtRpcMessageRender",
	"EvtRpcMessageRenderDefault", "EvtRpcQueryNext", "EvtRpcQuerySeek", "EvtRpcClose",
	"EvtRpcCancel", "EvtRpcAssertConfig", "EvtRpcRetractConfig", "EvtRpcOpenLogHandle",
	"EvtRpcGetLogFileInfo", "EvtRpcGetChannelList", "EvtRpcGetChannelConfig",
	"EvtRpcPutChannelConfig", "EvtRpcGetPublisherList", "EvtRpcGetPublisherListForChannel",
	"EvtRpcGetPublisherMetadata", "EvtRpcGetPublisherResourceMetadata",
	"EvtRpcGetEventMetadataEnum", "EvtRpcGetNextEventMetadata",
	"EvtRpcGetClassicLogDisplayName",
};

static const char *const witness[] = {
	"WitnessrGetInterfaceList", "WitnessrRegister", "WitnessrUnRegister",
	"WitnessrAsyncNotify", "WitnessrRegisterEx", "WitnessrUnRegisterEx",
};

/* C706 appendix Q: every server of DCE/RPC has it. */
static const char *const mgmt[] = {
	"rpc__mgmt_inq_if_ids", "rpc__mgmt_inq_stats", "rpc__mgmt_is_server_listening",
	"rpc__mgmt_stop_server_listening", "rpc__mgmt_inq_princ_name",
};

static const char *const initshutdown[] = {
	"BaseInitiateShutdown", "BaseAbortShutdown", "BaseInitiateShutdownEx",
};

/* clang-format on */

typedef struct {
	uint8_t uuid[16];
	const char *name;
	const char *const *operations;
	uint16_t n_operations;
} Interface;

#define UUID(a, b, c, ...)                                                                    \
	{                                                                                     \
		(a) & 0xFF, (a) >> 8 & 0xFF, (a) >> 16 & 0xFF, (a) >> 24, (b)&0xFF, (b) >> 8, \
			(c)&0xFF, (c) >> 8, __VA_ARGS__                                       \
	}
#define OPERATIONS(table) (table), sizeof(table) / sizeof((table)[0])

/* clang-format off */
static const Interface interfaces[] = {
	{ UUID(0x4B324FC8u, 0x1670, 0x01D3, 0x12, 0x78, 0x5A, 0x47, 0xBF, 0x6E, 0xE1, 0x88), "srvsvc", OPERATIONS(srvsvc) },
	{ UUID(0x6BFFD098u, 0xA112, 0x3610, 0x98, 0x33, 0x46, 0xC3, 0xF8, 0x7E, 0x34, 0x5A), "wkssvc", OPERATIONS(wkssvc) },
	{ UUID(0x12345778u, 0x1234, 0xABCD, 0xEF, 0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0xAB), "lsarpc", OPERATIONS(lsarpc) },
	{ UUID(0x12345778u, 0x1234, 0xABCD, 0xEF, 0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0xAC), "samr", OPERATIONS(samr) },
	{ UUID(0x12345678u, 0x1234, 0xABCD, 0xEF, 0x00, 0x01, 0x23, 0x45, 0x67, 0xCF, 0xFB), "netlogon", OPERATIONS(netlogon) },
	{ UUID(0x338CD001u, 0x2244, 0x31F1, 0xAA, 0xAA, 0x90, 0x00, 0x38, 0x00, 0x10, 0x03), "winreg", OPERATIONS(winreg) },
	{ UUID(0x367ABB81u, 0x9844, 0x35F1, 0xAD, 0x32, 0x98, 0xF0, 0x38, 0x00, 0x10, 0x03), "svcctl", OPERATIONS(svcctl) },
	{ UUID(0x12345678u, 0x1234, 0xABCD, 0xEF, 0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0xAB), "spoolss", OPERATIONS(spoolss) },
	{ UUID(0x1FF70682u, 0x0A51, 0x30E8, 0x07, 0x6D, 0x74, 0x0B, 0xE8, 0xCE, 0xE9, 0x8B), "atsvc", OPERATIONS(atsvc) },
	{ UUID(0xE1AF8308u, 0x5D1F, 0x11C9, 0x91, 0xA4, 0x08, 0x00, 0x2B, 0x14, 0xA0, 0xFA), "epmapper", OPERATIONS(epmapper) },
	{ UUID(0x6BFFD098u, 0xA112, 0x3610, 0x98, 0x33, 0x01, 0x28, 0x92, 0x02, 0x01, 0x62), "browser", OPERATIONS(browser) },
	{ UUID(0x3919286Au, 0xB10C, 0x11D0, 0x9B, 0xA8, 0x00, 0xC0, 0x4F, 0xD9, 0x2E, 0xF5), "dssetup", OPERATIONS(dssetup) },
	{ UUID(0x82273FDCu, 0xE32A, 0x18C3, 0x3F, 0x78, 0x82, 0x79, 0x29, 0xDC, 0x23, 0xEA), "eventlog", OPERATIONS(eventlog) },
	{ UUID(0x8D9F4E40u, 0xA03D, 0x11CE, 0x8F, 0x69, 0x08, 0x00, 0x3E, 0x30, 0x05, 0x1B), "ntsvcs", OPERATIONS(ntsvcs) },
	/* [MS-EFSR] 1.9: the same operations on two pipes, \efsrpc and \lsarpc. */
	{ UUID(0xDF1941C5u, 0xFE89, 0x4E79, 0xBF, 0x10, 0x46, 0x36, 0x57, 0xAC, 0xF4, 0x4D), "efsrpc", OPERATIONS(efsrpc) },
	{ UUID(0xC681D488u, 0xD850, 0x11D0, 0x8C, 0x52, 0x00, 0xC0, 0x4F, 0xD9, 0x0F, 0x7E), "efsrpc", OPERATIONS(efsrpc) },
	{ UUID(0x4FC742E0u, 0x4A10, 0x11CF, 0x82, 0x73, 0x00, 0xAA, 0x00, 0x4A, 0xE6, 0x73), "dfsnm", OPERATIONS(dfsnm) },
	{ UUID(0x86D35949u, 0x83C9, 0x4044, 0xB4, 0x24, 0xDB, 0x36, 0x32, 0x31, 0xFD, 0x0C), "ITaskSchedulerService", OPERATIONS(task_scheduler) },
	{ UUID(0x378E52B0u, 0xC0A9, 0x11CF, 0x82, 0x2D, 0x00, 0xAA, 0x00, 0x51, 0xE4, 0x0F), "sasec", OPERATIONS(sasec) },
	{ UUID(0xE3514235u, 0x4B06, 0x11D1, 0xAB, 0x04, 0x00, 0xC0, 0x4F, 0xC2, 0xDC, 0xD2), "drsuapi", OPERATIONS(drsuapi) },
	{ UUID(0x7C44D7D4u, 0x31D5, 0x424C, 0xBD, 0x5E, 0x2B, 0x3E, 0x1F, 0x32, 0x3D, 0x22), "dsaop", OPERATIONS(dsaop) },
	{ UUID(0x76F03F96u, 0xCDFD, 0x44FC, 0xA2, 0x2C, 0x64, 0x95, 0x0A, 0x00, 0x12, 0x09), "IRemoteWinspool", OPERATIONS(remote_winspool) },
	{ UUID(0xA8E0653Cu, 0x2744, 0x4389, 0xA6, 0x1D, 0x73, 0x73, 0xDF, 0x8B, 0x22, 0x92), "fsrvp", OPERATIONS(fsrvp) },
	{ UUID(0x3DDE7C30u, 0x165D, 0x11D1, 0xAB, 0x8F, 0x00, 0x80, 0x5F, 0x14, 0xDB, 0x40), "bkrp", OPERATIONS(bkrp) },
	{ UUID(0xF6BEAFF7u, 0x1E19, 0x4FBB, 0x9F, 0x8F, 0xB8, 0x9E, 0x20, 0x18, 0x33, 0x7C), "even6", OPERATIONS(even6) },
	{ UUID(0xCCD8C074u, 0xD0E5, 0x4A40, 0x92, 0xB4, 0xD0, 0x74, 0xFA, 0xA6, 0xBA, 0x28), "witness", OPERATIONS(witness) },
	{ UUID(0xAFA8BD80u, 0x7D8A, 0x11C9, 0xBE, 0xF4, 0x08, 0x00, 0x2B, 0x10, 0x29, 0x89), "mgmt", OPERATIONS(mgmt) },
	{ UUID(0x894DE0C0u, 0x0D55, 0x11D3, 0xA3, 0x22, 0x00, 0xC0, 0x4F, 0xA3, 0x21, 0xA1), "initshutdown", OPERATIONS(initshutdown) },
};
/* clang-format on */

static const Interface *
find(const uint8_t uuid[16])
{
	for (size_t i = 0; i < sizeof(interfaces) / sizeof(interfaces[0]); i++)
		if (smb_span_equal((SmbSpan){ interfaces[i].uuid, 16 }, (SmbSpan){ uuid, 16 }))
			return &interfaces[i];
	return NULL;
}

const char *
dce_interface_name(const uint8_t uuid[16])
{
	const Interface *found = find(uuid);

	return found ? found->name : NULL;
}

const char *
dce_operation_name(const uint8_t uuid[16], uint16_t opnum)
{
	const Interface *found = find(uuid);

	return found && opnum < found->n_operations ? found->operations[opnum] : NULL;
}
